import { route } from 'tao1'
import * as views from './views.ts'

export default [
  route('GET', '/', views.index),
  route('POST', '/', views.enter, { body: views.Guest }),
  route('GET', '/rooms/{room:slug}', views.room),
  route('GET', '/rooms/{room:slug}/live', views.live),
]
