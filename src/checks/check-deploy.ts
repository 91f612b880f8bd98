import { count } from '../base/text.ts'
import { findChanges, readBuild, settingPlace, type Settings } from '../project/index.ts'
import { checkExposedFiles } from './check-exposed-files.ts'
import { finding, type Finding } from './finding.ts'
import type { InspectedSite } from './inspect-site.ts'

/** What matters once the site is out in the world: `tao check --deploy`. */
export function checkDeploy(site: InspectedSite): Finding[] {
  if (!site.deploy) return []
  return [
    ...environment(site),
    ...build(site),
    ...hosts(site),
    ...transport(site),
    ...protection(site),
    ...checkExposedFiles(site),
  ]
}

function environment({ env, settings }: InspectedSite): Finding[] {
  const found: Finding[] = []
  const mode = { development: 'pages would show stacks and settings', test: 'a weak SECRET_KEY would pass' }
  for (const [name, danger] of Object.entries(mode).filter(([name]) => name === env['NODE_ENV']))
    found.push(
      finding('tao.W901', `NODE_ENV is "${name}": ${danger}`, {
        hint: 'Set NODE_ENV=production, or leave it out.',
      }),
    )
  if (/--unhandled-rejections[= ]strict/.test(env['NODE_OPTIONS'] ?? ''))
    found.push(
      finding('tao.W913', 'NODE_OPTIONS makes a promise nobody awaits end the process', {
        hint: 'Take --unhandled-rejections=strict away: tao logs it and goes on serving.',
      }),
    )
  if (settings.database.startsWith('embedded:'))
    found.push(
      finding('tao.I915', 'The embedded database is for small sites on one machine', {
        hint: 'Set DATABASE_URL=mongodb://... for more.',
      }),
    )
  return found
}

function build({ project }: InspectedSite): Finding[] {
  const built = readBuild(project.root)
  if (built === undefined)
    return [
      finding('tao.I917', 'There is no build: "tao serve" compiles the sources at each start', {
        hint: 'Run "tao build".',
      }),
    ]
  const changes = findChanges(project.root, built)
  if (changes === undefined) return []
  const [first, ...others] = changes.paths
  const more = others.length === 0 ? '' : ` and ${count(others.length, 'more file')}`
  return [
    finding('tao.W916', `${first}${more} changed since the site was built`, { hint: 'Run "tao build".' }),
  ]
}

function hosts({ settings, project }: InspectedSite): Finding[] {
  const place = settingPlace(project.settingsFile, ['allowedHosts'])
  if (!settings.security.hostCheck || settings.allowedHosts.includes('*'))
    return [
      finding('tao.W903', 'Any Host header is accepted', {
        place: settings.security.hostCheck
          ? place
          : settingPlace(project.settingsFile, ['security', 'hostCheck']),
        hint: 'List the names of the site in ALLOWED_HOSTS.',
      }),
    ]
  if (settings.allowedHosts.length > 0) return []
  return [
    finding('tao.W902', 'Only the loopback names are answered: every other Host gets 400', {
      hint: 'Set ALLOWED_HOSTS=example.com, or SITE_URL.',
    }),
  ]
}

function transport({ settings, project }: InspectedSite): Finding[] {
  const found: Finding[] = []
  const at = (...path: string[]) => settingPlace(project.settingsFile, path)
  const https = settings.siteUrl?.startsWith('https:') ?? false
  if (settings.siteUrl === undefined)
    found.push(
      finding('tao.W904', 'There is no SITE_URL to make absolute URLs of', {
        hint: 'Set SITE_URL=https://example.com.',
      }),
    )
  else if (!https)
    found.push(
      finding('tao.W905', `SITE_URL is ${settings.siteUrl}, without encryption`, { place: at('siteUrl') }),
    )
  if (settings.session.secure === false || (settings.session.secure === 'auto' && !https))
    found.push(
      finding('tao.W906', 'The session cookie is not Secure', {
        place: at('session', 'secure'),
        hint: 'It is once SITE_URL is https and settings.session.secure is "auto" or true.',
      }),
    )
  if (settings.security.hsts === false || settings.security.hsts.maxAge === 0)
    found.push(
      finding('tao.W907', 'HSTS is off: browsers may be led back to http', { place: at('security', 'hsts') }),
    )
  if (https && settings.trustProxy.length === 0)
    found.push(
      finding('tao.W918', 'SITE_URL is https, which a proxy in front has to end, but none is trusted', {
        hint: 'Every visitor has the address of the proxy then. Set TRUST_PROXY=loopback if it is on this machine.',
      }),
    )
  if (settings.session.sameSite === 'none')
    found.push(
      finding('tao.W919', 'settings.session.sameSite is "none": pages of other sites act as the visitor', {
        place: at('session', 'sameSite'),
        hint: '"lax" is enough unless the site is shown in frames of others.',
      }),
    )
  for (const address of settings.trustProxy)
    if (address.endsWith('/0'))
      found.push(
        finding('tao.W908', `TRUST_PROXY has ${address}: any client may say which address it comes from`, {
          hint: 'Name the addresses of your proxies alone.',
        }),
      )
  return found
}

const PROTECTING = [
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'cross-origin-opener-policy',
]

function protection({ settings, project }: InspectedSite): Finding[] {
  const found: Finding[] = []
  const at = (...path: string[]) => settingPlace(project.settingsFile, ['security', ...path])
  if (!settings.security.crossOrigin)
    found.push(
      finding('tao.W909', 'Requests from pages of other sites are not refused', {
        place: at('crossOrigin'),
        hint: 'Allow single origins by settings.security.trustedOrigins, or single routes by { crossOrigin: true }.',
      }),
    )
  for (const origin of settings.security.trustedOrigins.filter((one) => !one.startsWith('https:')))
    found.push(
      finding(
        'tao.W921',
        `The trusted origin ${origin} is not https: whoever is on the way can speak for it`,
        {
          place: at('trustedOrigins'),
        },
      ),
    )
  for (const [name, value] of Object.entries(settings.security.headers))
    if (value === false && PROTECTING.includes(name.toLowerCase()))
      found.push(finding('tao.W910', `The header ${name} is taken away`, { place: at('headers', name) }))
  if (settings.security.contentSecurityPolicy === false)
    found.push(
      finding('tao.W910', 'The header Content-Security-Policy is taken away', {
        place: at('contentSecurityPolicy'),
      }),
    )
  for (const name of ['headers', 'request', 'keepAlive'] satisfies (keyof Settings['timeouts'])[])
    if (settings.timeouts[name] === 0)
      found.push(
        finding('tao.W914', `settings.timeouts.${name} is 0: slow clients may hold connections for ever`, {
          place: settingPlace(project.settingsFile, ['timeouts', name]),
        }),
      )
  return found
}
