import { route, type Routes } from '../../http/index.ts'
import * as views from './views.ts'

// Forms of other sites are refused here whatever the site itself allows.
const strict = { crossOrigin: false }

const routes: Routes = [
  route('GET', '/', views.index),
  route('GET', '/history', views.history),
  route('POST', '/history', views.change, { name: 'change', ...strict }),
  route('GET', '/debug.css', views.debugCss, 'debug-css'),
  route('GET', '/{id:slug}', views.record),
  route('GET', '/{id:slug}/{panel:slug}', views.panel),
  route('POST', '/{id:slug}/explain/{query:int}', views.explain, { name: 'explain', ...strict }),
]

export default routes
