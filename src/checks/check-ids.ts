/**
 * Every check there is. An id is permanent: its letter is its level, its first digit its family (1 settings, 2 apps,
 * 3 routes, 4 templates, 5 static files, 6 URLs, 7 names, 9 deployment).
 */
export const CHECKS = {
  'tao.E101': { level: 'error', summary: 'The settings file cannot be imported' },
  'tao.E102': { level: 'error', summary: 'A key in the settings is none' },
  'tao.E103': { level: 'error', summary: 'A setting, or a variable of the environment, has a wrong value' },
  'tao.E104': { level: 'error', summary: 'SECRET_KEY is missing or too weak for production' },
  'tao.E105': { level: 'error', summary: '.env cannot be read' },
  'tao.W106': { level: 'warning', summary: 'Secret keys are written in the settings file' },
  'tao.I107': { level: 'info', summary: 'There is no SECRET_KEY: sessions end with the process' },

  'tao.E201': { level: 'error', summary: 'A routes file cannot be imported' },
  'tao.E202': { level: 'error', summary: 'A routes file exports no list of routes' },
  'tao.E203': { level: 'error', summary: 'A folder with a routes file has a name no app can have' },
  'tao.E204': { level: 'error', summary: 'settings.apps names an app that does not exist' },
  'tao.E205': { level: 'error', summary: 'The package of an app is missing, or two apps have one name' },
  'tao.E206': { level: 'error', summary: 'A middleware file cannot be imported or exports no middleware' },
  'tao.W207': { level: 'warning', summary: 'A folder in apps/ looks like an app but has no routes file' },
  'tao.W208': { level: 'warning', summary: 'A link in apps/ leads nowhere' },

  'tao.E301': { level: 'error', summary: 'A method and path is routed twice' },
  'tao.E302': { level: 'error', summary: 'A route name is given twice' },
  'tao.E303': { level: 'error', summary: 'A path cannot be read, or names a converter that does not exist' },
  'tao.E304': {
    level: 'error',
    summary: 'route() is called wrongly, such as with a view that is no function',
  },
  'tao.W305': { level: 'warning', summary: 'A route is never reached: another one answers first' },
  'tao.W306': { level: 'warning', summary: 'A route lies below the URL of the static files' },

  'tao.E401': { level: 'error', summary: 'A template has a syntax error' },
  'tao.E402': { level: 'error', summary: 'templ() names a template that does not exist' },
  'tao.E403': { level: 'error', summary: 'extends, include or import names a template that does not exist' },
  'tao.E404': { level: 'error', summary: 'A template uses a filter that does not exist' },
  'tao.I405': { level: 'info', summary: 'A template is named nowhere' },

  'tao.W501': {
    level: 'warning',
    summary: "The link to an app's static folder is missing or leads elsewhere",
  },
  'tao.W502': { level: 'warning', summary: 'A link in static/ leads to an app that is gone' },
  'tao.I503': {
    level: 'info',
    summary: "A real folder lies where the link to an app's static folder would be",
  },
  'tao.W504': { level: 'warning', summary: 'static() names a file that does not exist' },
  'tao.W505': {
    level: 'warning',
    summary: 'A style sheet or script names a static file that does not exist',
  },

  'tao.E601': { level: 'error', summary: 'url() or redirect() names a route that does not exist' },
  'tao.E602': { level: 'error', summary: 'url() leaves out a variable of its route' },

  'tao.W701': { level: 'warning', summary: 'Two apps differ in upper and lower case alone' },
  'tao.W702': { level: 'warning', summary: 'Two apps give their routes the same name in front' },
  'tao.W703': { level: 'warning', summary: 'Two files of one template name lie side by side' },

  'tao.W901': { level: 'warning', summary: 'NODE_ENV is development: debug pages would be served' },
  'tao.W902': { level: 'warning', summary: 'No host is allowed but the loopback names' },
  'tao.W903': { level: 'warning', summary: 'Every host is allowed, or hosts are not checked' },
  'tao.W904': { level: 'warning', summary: 'There is no SITE_URL' },
  'tao.W905': { level: 'warning', summary: 'SITE_URL is not https' },
  'tao.W906': { level: 'warning', summary: 'The session cookie also travels without encryption' },
  'tao.W907': { level: 'warning', summary: 'HSTS is off' },
  'tao.W908': { level: 'warning', summary: 'Any client may say which address it comes from' },
  'tao.W909': { level: 'warning', summary: 'Requests from pages of other sites are not refused' },
  'tao.W910': { level: 'warning', summary: 'A protecting response header is taken away' },
  'tao.W911': { level: 'warning', summary: 'Uploads are saved inside the static files' },
  'tao.E912': { level: 'error', summary: '.env is under version control' },
  'tao.W913': { level: 'warning', summary: 'A promise nobody awaits ends the process' },
  'tao.W914': { level: 'warning', summary: 'A timeout that protects the server is off' },
  'tao.I915': { level: 'info', summary: 'The embedded database is for small sites on one machine' },
  'tao.W916': { level: 'warning', summary: 'The sources changed since the site was built' },
  'tao.I917': { level: 'info', summary: 'The site was not built' },
  'tao.W918': { level: 'warning', summary: 'No proxy is trusted, though https needs one' },
  'tao.W919': { level: 'warning', summary: 'Pages of other sites get the session cookie sent along' },
  'tao.W920': { level: 'warning', summary: 'Every user of the machine can read .env' },
  'tao.W921': { level: 'warning', summary: 'A trusted origin is not https' },
  'tao.E922': { level: 'error', summary: 'The embedded database lies inside the static files' },
} as const

export type CheckId = keyof typeof CHECKS
