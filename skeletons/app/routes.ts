import { route } from 'tao1'
import * as views from './views.ts'

// The name of a route is that of its app, a colon, and its own: url('__app__:entry', { slug })
export default [
  route('GET', '/__app__', views.index),
  route('POST', '/__app__', views.create, 'create', { body: views.NewEntry }),
  route('GET', '/__app__/{slug}', views.entry, 'entry'),
]
