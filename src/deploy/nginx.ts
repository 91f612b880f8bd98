import { existsSync } from 'node:fs'
import { shellWord } from '../base/files.ts'
import { deployManifests } from '../scaffold/index.ts'
import { contentTypes } from '../static/index.ts'
import { listenOf, quoted, wordOf, type DeployedSite } from './deployed-site.ts'
import { hasBrotli, hasHttp2Directive } from './local-nginx.ts'
import { nginxErrors } from './nginx-errors.ts'
import type { Deployment, DeployStep } from './target.ts'

/** Seconds. */
const LONGEST_IDLE = 60
const LONGEST_SILENCE = 3600

/** nginx in front: static files by itself, everything else from the site. */
export function planNginx(site: DeployedSite): Deployment {
  const { siteUrl, hosts, slug, root, timeouts } = site
  const listen = listenOf(site)
  const isTls = siteUrl?.protocol === 'https:'
  const names = hosts.map((host) => host.replace(/^\[|\]$/g, '')).join(' ') || '_'
  const word = wordOf(site)
  const own = nginxErrors(word, headerLines(site.headers, '        '))
  return {
    manifest: deployManifests.nginx,
    tokens: {
      name: site.name,
      slug,
      word,
      folder: site.folder,
      root,
      names,
      upstream: 'socket' in listen ? quoted(`unix:${listen.socket}`) : upstreamAddress(listen),
      keepalive: String(
        timeouts.keepAlive === 0
          ? LONGEST_IDLE
          : Math.max(1, Math.min(LONGEST_IDLE, Math.floor(timeouts.keepAlive) - 5)),
      ),
      redirect: isTls && siteUrl.port === '' ? redirectServer(site, names, word) : '',
      maps: own.maps,
      errors: own.locations,
      head: String(Math.ceil(site.head / 1024)),
      remote: site.remoteApps.map((app) => remoteStatic(site, app)).join(''),
      brotli: hasBrotli() ? 'brotli_static on;' : '#brotli_static on;',
      listen: listenLines(siteUrl),
      tls: isTls ? tlsLines(site) : '',
      upload: String(site.upload),
      static: site.staticUrl,
      types: typesBlock(),
      charset: [...withCharset()].join(' '),
      headers: headerLines(site.headers, '        '),
      headersDeep: headerLines(site.headers, '            '),
      cache: `public, max-age=${site.staticMaxAge}`,
      trust: TRUSTED,
      // Websockets are pinged, and event streams say something, each so often.
      silence: String(timeouts.ping === 0 ? LONGEST_SILENCE : Math.ceil(timeouts.ping) * 2 + 15),
    },
    steps: steps(site, isTls),
    warnings: warnings(site),
  }
}

function warnings({ hosts, headers }: DeployedSite): string[] {
  const unnamed =
    hosts.length === 0
      ? [
          'The site has no name yet: nginx takes any (server_name _), and the site answers none but localhost. Set SITE_URL=https://example.com in .env and run this again.',
        ]
      : []
  const lost = headers.filter((_, i) => headers[i + 1]?.includes('$') && i % 2 === 0)
  return [
    ...unnamed,
    ...lost.map((name) => `The header ${name} has a $, which nginx cannot send: static files go without it.`),
  ]
}

function steps(site: DeployedSite, isTls: boolean): DeployStep[] {
  const { slug, root, folder } = site
  const file = `${root}/${folder}/nginx.conf`
  const target = existsSync('/etc/nginx/sites-enabled')
    ? `/etc/nginx/sites-enabled/${slug}.conf`
    : `/etc/nginx/conf.d/${slug}.conf`
  return [
    ...(site.trustsProxy
      ? []
      : [
          {
            type: `echo TRUST_PROXY=${TRUSTED} >> .env`,
            remark: 'the site believes nginx who the client is',
          },
        ]),
    { type: 'npx tao build', remark: 'hashed names and compressed forms for nginx to serve' },
    ...(isTls
      ? [
          {
            type: `sudo certbot certonly --webroot --webroot-path ${WEBROOT} --deploy-hook 'systemctl reload nginx'${certified(site)}`,
            remark: 'a certificate, if there is none: by what nginx serves at port 80, before and after',
          },
        ]
      : []),
    { type: `sudo ln -s ${shellWord(file)} ${target}`, remark: 'nginx reads it' },
    { type: 'sudo nginx -t && sudo systemctl reload nginx', remark: 'checked, then taken' },
  ]
}

/** Where Debian's nginx has its first site. */
const WEBROOT = '/var/www/html'

function certified({ hosts }: DeployedSite): string {
  return hosts.flatMap((host) => (/^[a-z]/i.test(host) ? [` --domain ${host}`] : [])).join('')
}

/** What TRUST_PROXY has to be for nginx on this machine; a socket file counts as the loopback. */
const TRUSTED = 'loopback'

/** A server that listens everywhere is reached by the loopback. */
function upstreamAddress({ host, port }: { host: string; port: number }): string {
  const near = { '0.0.0.0': '127.0.0.1', '::': '::1', localhost: '127.0.0.1' }[host] ?? host
  return `${near.includes(':') ? `[${near}]` : near}:${port}`
}

function listenLines(siteUrl: URL | undefined): string {
  const isTls = siteUrl?.protocol === 'https:'
  const port = siteUrl?.port || (isTls ? '443' : '80')
  const isNew = isTls && hasHttp2Directive()
  const rest = isTls ? (isNew ? ' ssl' : ' ssl http2') : ''
  return `    listen ${port}${rest};\n    listen [::]:${port}${rest};${isNew ? '\n    http2 on;' : ''}`
}

/** What is here of an app that another server answers for may be older than what is there. */
function remoteStatic({ staticUrl, slug }: DeployedSite, app: string): string {
  return `    location ^~ ${staticUrl}${app}/ {
        proxy_pass http://${slug};
    }
`
}

function tlsLines({ certificates, slug }: DeployedSite): string {
  return `
    ssl_certificate "${certificates}/fullchain.pem";
    ssl_certificate_key "${certificates}/privkey.pem";
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:${slug}:10m;
    ssl_session_timeout 1d;
`
}

function redirectServer({ siteUrl, hosts, headers }: DeployedSite, names: string, word: string): string {
  const known = hosts.map((host) => `    ${host.startsWith('[') ? `"${host}"` : host} $host;\n`).join('')
  const plain = headers.filter((_, i) => headers[i - (i % 2)]!.toLowerCase() !== 'strict-transport-security')
  return `
# Nobody is sent to a host that is not the site's.
map $host $${word}_host {
    hostnames;
    default ${siteUrl!.hostname.startsWith('[') ? `"${siteUrl!.hostname}"` : siteUrl!.hostname};
${known}}
server {
    listen 80;
    listen [::]:80;
    server_name ${names};
    server_tokens off;
    # Where certbot --webroot puts what proves the name.
    location ^~ /.well-known/acme-challenge/ {
        root ${WEBROOT};
    }
    location / {
${headerLines(plain, '        ')}
        return 301 https://$${word}_host$request_uri;
    }
}
`
}

function typesBlock(): string {
  return contentTypes()
    .map(([type, extensions]) => `            ${type.replace(/;.*/, '')} ${extensions};`)
    .join('\n')
}

/** `text/html` is there without being named, and naming it is a warning. */
function withCharset(): Set<string> {
  const types = contentTypes().filter(([type]) => type.includes('charset='))
  return new Set(types.map(([type]) => type.replace(/;.*/, '')).filter((type) => type !== 'text/html'))
}

function headerLines(flat: readonly string[], indent: string): string {
  const lines = flat.flatMap((name, i) =>
    i % 2 === 0 && !flat[i + 1]!.includes('$')
      ? [`${indent}add_header ${name} "${escaped(flat[i + 1]!)}" always;`]
      : [],
  )
  return lines.join('\n')
}

function escaped(value: string): string {
  return value.replaceAll(/["\\]/g, String.raw`\$&`)
}
