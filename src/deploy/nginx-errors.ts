import { STATUS_CODES } from 'node:http'
import { errorPageText } from '../http/index.ts'

/** What nginx may have to say by itself: the site is away or late, a body or an address is too large, a file is hidden. */
const STATUSES = [400, 403, 404, 405, 408, 413, 414, 431, 500, 501, 502, 503, 504]

/**
 * nginx's own answers, as tao would give them: a page, or JSON for clients that ask for it. `WORD_title`,
 * `WORD_error`, `WORD_retry` and `WORD_allow` are variables of nginx.
 *
 * @param headers lines of `add_header`
 */
export function nginxErrors(word: string, headers: string): { maps: string; locations: string } {
  const page = errorPageText({ status: '$status', title: `$${word}_title`, requestId: '$request_id' })
  const json = `{"statusCode":$status,"error":"$${word}_title","requestId":"$request_id"}`
  const titles = STATUSES.map((status) => `    ${status} ${quoted(STATUS_CODES[status]!)};`).join('\n')
  const location = (kind: string, type: string, text: string): string => `
    location = /.tao-error.${kind} {
        internal;
        default_type ${type};
        charset utf-8;
${headers}
        add_header X-Request-Id $request_id always;
        add_header Retry-After $${word}_retry always;
        add_header Allow $${word}_allow always;
        add_header Vary Accept always;
        return 200 ${quoted(text)};
    }`
  return {
    maps: `
# What nginx answers by itself looks as if the site had.
map $status $${word}_title {
    default Error;
${titles}
}
map $status $${word}_retry {
    default '';
    502     5;
    503     5;
}
map $status $${word}_allow {
    default '';
    405     'GET, HEAD';
}
map $http_accept $${word}_error {
    default                   /.tao-error.html;
    ~*html                    /.tao-error.html;
    "~*application/[^,;]*json" /.tao-error.json;
}
`,
    locations: `
    error_page ${STATUSES.join(' ')} $${word}_error;
    # nginx's own code for a head that is too large.
    error_page 494 =431 $${word}_error;${location('html', 'text/html', page)}${location('json', 'application/json', json)}
`,
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
