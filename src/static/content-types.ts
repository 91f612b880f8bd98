const UTF8 = '; charset=utf-8'

/** Extensions by media type: those of the web, and of what sites offer for download. */
const TYPES: readonly (readonly [type: string, extensions: string])[] = [
  [`text/html${UTF8}`, 'html htm'],
  [`text/css${UTF8}`, 'css'],
  // RFC 9239: text/javascript, for modules too.
  [`text/javascript${UTF8}`, 'js mjs cjs'],
  [`text/plain${UTF8}`, 'txt text log conf ini'],
  [`text/markdown${UTF8}`, 'md markdown'],
  [`text/csv${UTF8}`, 'csv'],
  [`text/tab-separated-values${UTF8}`, 'tsv'],
  [`text/calendar${UTF8}`, 'ics'],
  [`text/vcard${UTF8}`, 'vcf'],
  [`text/vtt${UTF8}`, 'vtt'],
  [`application/json${UTF8}`, 'json map'],
  [`application/ld+json${UTF8}`, 'jsonld'],
  [`application/geo+json${UTF8}`, 'geojson'],
  [`application/manifest+json${UTF8}`, 'webmanifest'],
  [`application/xml${UTF8}`, 'xml xsl xsd'],
  [`application/xhtml+xml${UTF8}`, 'xhtml'],
  [`application/rss+xml${UTF8}`, 'rss'],
  [`application/atom+xml${UTF8}`, 'atom'],
  [`application/gpx+xml${UTF8}`, 'gpx'],
  [`application/yaml${UTF8}`, 'yaml yml'],
  [`application/toml${UTF8}`, 'toml'],
  [`image/svg+xml${UTF8}`, 'svg'],
  ['application/wasm', 'wasm'],
  ['application/pdf', 'pdf'],
  ['application/rtf', 'rtf'],
  ['application/epub+zip', 'epub'],
  ['application/zip', 'zip'],
  ['application/gzip', 'gz tgz'],
  ['application/zstd', 'zst'],
  ['application/x-7z-compressed', '7z'],
  ['application/x-bzip2', 'bz2'],
  ['application/x-tar', 'tar'],
  ['application/x-xz', 'xz'],
  ['application/msword', 'doc'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.ms-powerpoint', 'ppt'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'pptx'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/vnd.apple.mpegurl', 'm3u8'],
  ['application/dash+xml', 'mpd'],
  ['application/vnd.ms-fontobject', 'eot'],
  ['font/woff2', 'woff2'],
  ['font/woff', 'woff'],
  ['font/ttf', 'ttf'],
  ['font/otf', 'otf'],
  ['font/collection', 'ttc'],
  ['image/png', 'png'],
  ['image/apng', 'apng'],
  ['image/jpeg', 'jpg jpeg jpe jfif'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/avif', 'avif'],
  ['image/jxl', 'jxl'],
  ['image/heic', 'heic'],
  ['image/heif', 'heif'],
  ['image/bmp', 'bmp'],
  ['image/tiff', 'tif tiff'],
  ['image/vnd.microsoft.icon', 'ico cur'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp4', 'm4a'],
  ['audio/aac', 'aac'],
  ['audio/ogg', 'ogg oga opus'],
  ['audio/wav', 'wav'],
  ['audio/flac', 'flac'],
  ['audio/webm', 'weba'],
  ['audio/midi', 'mid midi'],
  ['video/mp4', 'mp4 m4v'],
  ['video/webm', 'webm'],
  ['video/ogg', 'ogv'],
  ['video/quicktime', 'mov'],
  ['video/mpeg', 'mpeg mpg'],
  ['video/mp2t', 'ts m2ts'],
  ['video/x-matroska', 'mkv'],
  ['video/x-msvideo', 'avi'],
  ['model/gltf+json', 'gltf'],
  ['model/gltf-binary', 'glb'],
]

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  TYPES.flatMap(([type, extensions]) => extensions.split(' ').map((extension) => [extension, type] as const)),
)

/** Every type and its extensions, with spaces between: for another server that is to name them alike. */
export function contentTypes(): readonly (readonly [type: string, extensions: string])[] {
  return TYPES
}

/** The `Content-Type` of a file by its name; what is not known is bytes. */
export function contentTypeOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return BY_EXTENSION.get(name.slice(dot + 1).toLowerCase()) ?? 'application/octet-stream'
}

/** Whether a file of this type gets smaller by compression; pictures, sound and archives are small already. */
export function isCompressible(type: string): boolean {
  return /^text\/|charset=utf-8$|\+json$|^application\/(?:wasm|rtf|vnd\.ms-fontobject)|^font\/(?:ttf|otf|collection)|^image\/(?:bmp|vnd\.microsoft\.icon)/.test(
    type,
  )
}
