const LONGEST = 255

/** Extensions of files that are looked at or unpacked, not run: kept when an upload gets a name of ours. */
const HARMLESS: ReadonlySet<string> = new Set(
  (
    'apng avif bmp gif heic heif ico jpeg jpg png tif tiff webp ' +
    'aac flac m4a mid mka mp3 oga ogg opus wav weba ' +
    'avi m4v mkv mov mp4 mpeg mpg ogv webm ' +
    'csv doc docx epub json log md odp ods odt pdf ppt pptx rtf tsv txt xls xlsx yaml yml ' +
    '7z br bz2 gz rar tar tgz xz zip zst ' +
    'otf ttf woff woff2 bin geojson gpx ics parquet sqlite toml vcf'
  ).split(' '),
)

/**
 * The name a client gave its file, made fit to be kept and shown: the last part of a path, without control
 * characters and the marks that turn the direction of text round, at most 255 bytes. Still not to be trusted.
 */
export function cleanClientName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
  const shown = last.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim()
  if (shown === '.' || shown === '..') return ''
  return shorten(shown)
}

/** The extension of a name, lower case and with its dot, if it is a plain one; `''` otherwise. */
export function extensionOf(name: string): string {
  return /[^.](\.[a-z0-9]{1,16})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

export function isHarmless(extension: string): boolean {
  return HARMLESS.has(extension.slice(1))
}

/** Cuts the stem, not the extension. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name
  const extension = name.slice(name.length - extensionOf(name).length)
  let stem = ''
  let left = LONGEST - extension.length
  for (const character of name.slice(0, name.length - extension.length)) {
    left -= Buffer.byteLength(character)
    if (left < 0) break
    stem += character
  }
  return stem + extension
}
