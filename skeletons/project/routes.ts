import { route } from 'tao1'
import * as views from './views.ts'

// The site's own pages. Those of an app are listed in apps/NAME/routes.ts.
export default [
  route('GET', '/', views.index),
]
