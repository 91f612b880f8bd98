import { readdir, readFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TaoError } from '../../../src/base/errors.ts'
import { readForm, type BodyLimits, type Form } from '../../../src/http/body/index.ts'
import {
  limits,
  multipart,
  openFilesIn,
  post,
  sendAndLeave,
  startBodyServer,
  withFolder,
  type Outcome,
} from './body-server.ts'

const boundary = 'xYzZY'
const type = `multipart/form-data; boundary=${boundary}`
const field = 'Content-Disposition: form-data; name="a"'
const file = `${field}; filename="a.txt"\r\nContent-Type: text/plain`

async function formOf(
  body: Buffer,
  given: string = type,
  some: Partial<BodyLimits> = {},
  step = body.length,
): Promise<Form> {
  const stream = new PassThrough({ highWaterMark: 1 << 30 })
  for (let at = 0; at < body.length; at += step) stream.write(body.subarray(at, at + step))
  stream.end()
  return await readForm(stream, { 'content-type': given }, { ...limits, ...some })
}

async function refusal(body: Buffer, given: string = type, some: Partial<BodyLimits> = {}): Promise<Outcome> {
  try {
    await (await formOf(body, given, some)).dispose()
  } catch (error) {
    if (error instanceof TaoError) return { code: error.code, status: error.status, message: error.message }
    throw error
  }
  throw new Error('accepted')
}

/** Everything a form holds, files as their names, types and texts. */
async function contentOf(form: Form): Promise<unknown[]> {
  const entries = [...form].map(async ([name, value]) =>
    typeof value === 'string'
      ? [name, value]
      : [name, value.name, value.type, (await value.bytes()).toString('latin1')],
  )
  return await Promise.all(entries)
}

describe('readForm', () => {
  test('#9 a form of a browser arrives with its fields and files', async () => {
    await using server = await startBodyServer(async (request) => {
      const form = await readForm(request, request.headers, limits)
      const content = await contentOf(form)
      await form.dispose()
      return content
    })
    const sent = new FormData()
    sent.append('title', 'Ünïcode "quoted"\r\nlines')
    sent.append('a[$gt]', '')
    sent.append('photo', new Blob(['<svg>'], { type: 'image/svg+xml' }), 'pic "1".svg')
    sent.append('title', 'again')
    expect(await post(server, sent)).toEqual({
      value: [
        ['title', 'Ünïcode "quoted"\r\nlines'],
        ['a[$gt]', ''],
        ['photo', 'pic "1".svg', 'image/svg+xml', '<svg>'],
        ['title', 'again'],
      ],
    })
    expect(await post(server, new URLSearchParams({ a: '1 2', 'b[]': 'é' }))).toEqual({
      value: [
        ['a', '1 2'],
        ['b[]', 'é'],
      ],
    })
  })

  test('#9 the form reads like FormData', async () => {
    const form = await formOf(
      multipart(boundary, [
        [field, '1'],
        [field, '2'],
        [file, 'three'],
      ]),
    )
    expect(form.size).toBe(3)
    expect(form.get('a')).toBe('1')
    expect(form.get('b')).toBeNull()
    expect(form.getAll('a')).toHaveLength(3)
    expect(form.has('a')).toBe(true)
    expect(form.has('a', '2')).toBe(true)
    expect(form.has('a', '3')).toBe(false)
    expect([...form.keys()]).toEqual(['a', 'a', 'a'])
    expect([...form.values()].slice(0, 2)).toEqual(['1', '2'])
    expect([...form.entries()].map(([name]) => name)).toEqual([...form.keys()])
    const seen: string[] = []
    form.forEach((value, name, self) => seen.push(`${name}:${typeof value}:${self === form}`))
    expect(seen).toEqual(['a:string:true', 'a:string:true', 'a:object:true'])
    expect(form.text('a')).toBe('1')
    expect(form.text('b')).toBeUndefined()
    expect(await form.file('a')?.text()).toBe('three')
    expect(form.file('b')).toBeUndefined()
  })

  test('#9 any content comes through, however the network cuts it', async () => {
    // Pieces of delimiters make false starts likely.
    const content = fc
      .array(
        fc.constantFrom(
          '\r',
          '\n',
          '-',
          '--',
          boundary,
          `\r\n--${boundary.slice(0, 3)}`,
          'x',
          '\0',
          'é',
          '\r\n',
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join(''))
      .filter((text) => !`\r\n${text}\r\n`.includes(`\r\n--${boundary}`))
    const parts = fc.array(fc.record({ content, upload: fc.boolean() }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (sent, step) => {
        const body = multipart(
          boundary,
          sent.map((part) => [part.upload ? file : field, part.content]),
        )
        const form = await formOf(body, type, {}, step)
        const expected = sent.map((part) =>
          part.upload
            ? ['a', 'a.txt', 'text/plain', Buffer.from(part.content).toString('latin1')]
            : ['a', part.content],
        )
        expect(await contentOf(form)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  test('preamble, epilogue, padding after the boundary, folded headers and a form without parts are understood', async () => {
    const body = `Preamble\r\n--${boundary} \t\r\nCONTENT-DISPOSITION: form-data;\r\n name=a\r\n\r\n1\r\n--${boundary}--\r\nEpilogue --${boundary}`
    expect([...(await formOf(Buffer.from(body)))]).toEqual([['a', '1']])
    expect((await formOf(Buffer.from(`--${boundary}--`))).size).toBe(0)
    expect([
      ...(await formOf(multipart('a b', [[field, '1']]), 'multipart/form-data; boundary="a b"')),
    ]).toEqual([['a', '1']])
  })

  test('a file input that was left empty is not in the form', async () => {
    const form = await formOf(
      multipart(boundary, [[`${field}; filename=""\r\nContent-Type: application/octet-stream`, '']]),
    )
    expect(form.size).toBe(0)
  })

  test('H12 the name of a file is data: no path, no control characters, no more than 255 bytes', async () => {
    const table: [string, string][] = [
      ['filename="../../etc/passwd"', 'passwd'],
      ['filename="C:\\\\Users\\\\me\\\\a.txt"', 'a.txt'],
      ['filename="C:\\Users\\me\\a.txt"', 'a.txt'],
      ['filename="..."', '...'],
      ['filename=".."', ''],
      ['filename=".env"', '.env'],
      ['filename="a\u202Egpj.exe"', 'agpj.exe'],
      ['filename="a%0D%0Ab%22.txt"', 'ab".txt'],
      ['filename="x"; filename*=UTF-8\'\'na%C3%AFve.txt', 'naïve.txt'],
      ["filename*=UTF-8''..%2F..%2Fa.txt", 'a.txt'],
      ['filename=plain.txt', 'plain.txt'],
      [`filename="${'é'.repeat(200)}.JPG"`, `${'é'.repeat(125)}.JPG`],
    ]
    for (const [parameter, name] of table) {
      const form = await formOf(multipart(boundary, [[`${field}; ${parameter}`, 'content']]))
      expect(form.file('a')?.name, parameter).toBe(name)
      expect(form.file('a')?.type).toBe('application/octet-stream')
    }
  })

  test('fields in a charset of their own are read in it', async () => {
    const latin = `${field}\r\nContent-Type: text/plain; charset=iso-8859-1`
    expect((await formOf(multipart(boundary, [[latin, Buffer.from([0xe9])]]))).get('a')).toBe('é')
    expect(await refusal(multipart(boundary, [[field, Buffer.from([0xe9])]]))).toMatchObject({
      code: 'TAO_BODY_TEXT',
      status: 400,
    })
    expect(await refusal(multipart(boundary, [[latin.replace('iso-8859-1', 'x-none'), 'a']]))).toMatchObject({
      status: 415,
    })
  })

  test('a boundary that is missing, double, empty, too long or odd is refused', async () => {
    const body = multipart(boundary, [[field, '1']])
    const bad = [
      '',
      '; boundary=',
      `; boundary=${boundary}; boundary=${boundary}`,
      `; boundary=${'x'.repeat(71)}`,
      '; boundary="é"',
      '; boundary="a',
      ';;;=',
    ]
    for (const parameters of bad) {
      const { status, code } = await refusal(body, `multipart/form-data${parameters}`)
      expect([status, code === 'TAO_BODY_FORM' || code === 'TAO_BODY_TYPE'], parameters).toEqual([
        code === 'TAO_BODY_TYPE' ? 415 : 400,
        true,
      ])
    }
  })

  test('parts that are no form data, nested or encoded are refused', async () => {
    const table: [string, string][] = [
      ['Content-Type: text/plain', 'a part has no Content-Disposition'],
      ['Content-Disposition: attachment; name="a"', 'a part is attachment, not form-data'],
      ['Content-Disposition: form-data', 'a part has no name'],
      ['Content-Disposition: form-data; name="a"; name="b"', 'the parameter name twice'],
      [`${field}\r\n${field}`, 'two Content-Disposition headers'],
      [`${field}\r\nContent-Type: multipart/mixed; boundary=inner`, 'a part is multipart/mixed itself'],
      [`${field}\r\nContent-Transfer-Encoding: base64`, 'a part is encoded as base64'],
      [`${field}\r\nno colon`, 'a line that is no header'],
      [`${field}\r\n: no name`, 'a line that is no header'],
      [`${field}\r\nX: a\rb`, 'a line that is no header'],
      [`${field}; filename="unclosed`, 'cannot be read'],
      [`${field}; filename*=latin1''x`, 'the file name of a part cannot be read'],
      [`${field}; filename*=UTF-8''%ff`, 'the file name of a part cannot be read'],
    ]
    for (const [head, reason] of table) {
      const outcome = await refusal(multipart(boundary, [[head, 'x']]))
      expect(outcome, head).toMatchObject({
        code: 'TAO_BODY_FORM',
        status: 400,
        message: expect.stringContaining(reason),
      })
    }
    const headless = Buffer.from(`--${boundary}\r\n\r\nx\r\n--${boundary}--`)
    expect(await refusal(headless)).toMatchObject({ code: 'TAO_BODY_FORM' })
  })

  test('a body cut anywhere is refused', async () => {
    const body = multipart(boundary, [
      [field, 'some text'],
      [file, 'some file'],
    ])
    const end = body.lastIndexOf('--') + 2
    for (let length = 0; length < end; length++) {
      expect(await refusal(body.subarray(0, length)), `cut at ${length}`).toMatchObject({
        code: 'TAO_BODY_FORM',
        status: 400,
      })
    }
    expect((await formOf(body.subarray(0, end))).size).toBe(2)
  })

  test('something else than a line break after the boundary is refused', async () => {
    const body = Buffer.from(`--${boundary}-inner\r\n${field}\r\n\r\n1\r\n--${boundary}--`)
    expect(await refusal(body)).toMatchObject({ message: expect.stringContaining('follows the boundary') })
  })

  test('H3 every limit of a multipart form is kept', async () => {
    const many = (count: number, head: string): Buffer =>
      multipart(
        boundary,
        Array.from({ length: count }, () => [head, 'x']),
      )
    expect(await refusal(many(1001, field))).toMatchObject({ code: 'TAO_BODY_TOO_MANY', status: 413 })
    expect(await refusal(many(100_000, field))).toMatchObject({ code: 'TAO_BODY_TOO_MANY', status: 413 })
    expect(await refusal(many(21, file))).toMatchObject({ code: 'TAO_BODY_TOO_MANY', status: 413 })
    expect((await formOf(many(20, file))).size).toBe(20)
    const kib = Buffer.alloc(1024, 'x')
    expect(await refusal(multipart(boundary, [[field, kib]]), type, { fieldSize: 1023 })).toMatchObject({
      status: 413,
      message: expect.stringContaining('The field "a" is too large: 1023 bytes'),
    })
    expect(await refusal(multipart(boundary, [[file, kib]]), type, { fileSize: 1023 })).toMatchObject({
      status: 413,
      message: expect.stringContaining('The file "a"'),
    })
    expect(
      await refusal(
        multipart(boundary, [
          [field, kib],
          [field, kib],
        ]),
        type,
        { body: 2047 },
      ),
    ).toMatchObject({ status: 413, message: expect.stringContaining('All fields together') })
    expect(
      await refusal(
        multipart(boundary, [
          [file, kib],
          [file, kib],
        ]),
        type,
        { upload: 2048 },
      ),
    ).toMatchObject({ status: 413 })
    const exact = multipart(boundary, [
      [field, kib],
      [file, kib],
    ])
    expect(
      (await formOf(exact, type, { fieldSize: 1024, fileSize: 1024, body: 1024, upload: exact.length })).size,
    ).toBe(2)
  })

  test('H4 headers of a part without end are refused early', async () => {
    const bomb = Buffer.from(`--${boundary}\r\n${'X-Header: 1\r\n'.repeat(100_000)}`)
    expect(await refusal(bomb)).toMatchObject({ code: 'TAO_BODY_TOO_LARGE', status: 413 })
    expect(await refusal(Buffer.from(`--${boundary}${' '.repeat(100_000)}`))).toMatchObject({ status: 413 })
    const wide = multipart(boundary, [[`Content-Disposition: form-data; name="${'x'.repeat(20_000)}"`, '1']])
    expect(await refusal(wide)).toMatchObject({ code: 'TAO_BODY_TOO_LARGE', status: 413 })
  })

  test('another type is 415', async () => {
    await using server = await startBodyServer((request) => readForm(request, request.headers, limits))
    expect(await post(server, '{}', { 'content-type': 'application/json' })).toMatchObject({
      code: 'TAO_BODY_TYPE',
      status: 415,
    })
    expect(await post(server, undefined)).toMatchObject({ status: 415 })
    expect(await post(server, '', { 'content-type': type })).toMatchObject({
      code: 'TAO_BODY_FORM',
      status: 400,
    })
    expect(await post(server, '', { 'content-type': 'application/x-www-form-urlencoded' })).toHaveProperty(
      'value',
    )
  })

  test('garbage is read or refused, and it never hangs', async () => {
    const piece = fc.constantFrom(
      `--${boundary}`,
      `--${boundary}--`,
      '\r\n',
      '\r\n\r\n',
      field,
      file,
      ': ',
      ';',
      '"',
      '\0',
      '\xff',
      'name=',
      ' ',
      '-',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 25 }),
        fc.integer({ min: 1, max: 50 }),
        async (pieces, step) => {
          try {
            await (await formOf(Buffer.from(pieces.join(''), 'latin1'), type, {}, step)).dispose()
          } catch (error) {
            expect(error).toBeInstanceOf(TaoError)
          }
        },
      ),
      { numRuns: 1500 },
    )
  })
})

describe('large files of a form', () => {
  const large = Buffer.alloc(300 << 10, 'large ')

  test('#9 wait on disk and are gone when the form is disposed of', async () => {
    await withFolder(async (folder) => {
      const stream = new PassThrough()
      stream.end(
        multipart(boundary, [
          [file, large],
          [file, large],
          [file, 'small'],
        ]),
      )
      const form = await readForm(stream, { 'content-type': type }, limits, { folder })
      expect(await readdir(folder)).toHaveLength(1)
      const [first, second, third] = form.getAll('a')
      if (typeof first !== 'object' || typeof second !== 'object' || typeof third !== 'object')
        throw new Error('no files')
      expect(first.size).toBe(large.length)
      expect((await first.bytes()).equals(large)).toBe(true)
      const pieces: Buffer[] = []
      for await (const piece of second.stream() as AsyncIterable<Buffer>) pieces.push(piece)
      expect(Buffer.concat(pieces).equals(large)).toBe(true)
      // A stream nobody reads, and one that is left in the middle, hold nothing open.
      first.stream()
      for await (const piece of first.stream() as AsyncIterable<Buffer>) {
        expect(piece.length).toBeGreaterThan(0)
        break
      }
      await form.dispose()
      await form.dispose()
      expect(await readdir(folder)).toEqual([])
      expect(openFilesIn(folder)).toEqual([])
      await expect(first.bytes()).rejects.toMatchObject({ code: 'TAO_UPLOAD_GONE' })
      await expect(first.saveTo(folder)).rejects.toMatchObject({ code: 'TAO_UPLOAD_GONE' })
      expect(await third.text()).toBe('small')
      expect(await readdir(folder)).toEqual([])
    })
  })

  test('H12 an upload that is refused or cut leaves nothing on disk and nothing open', async () => {
    await withFolder(async (folder) => {
      await using server = await startBodyServer(async (request) => {
        const form = await readForm(request, request.headers, { ...limits, fileSize: 1 << 20 }, { folder })
        await form.dispose()
      })
      const tooLarge = multipart(boundary, [
        [file, large],
        [file, Buffer.alloc(2 << 20)],
      ])
      expect(await post(server, tooLarge, { 'content-type': type })).toMatchObject({ status: 413 })
      const cut = multipart(boundary, [
        [file, large],
        [file, large],
      ]).subarray(0, 500 << 10)
      expect(await post(server, cut, { 'content-type': type })).toMatchObject({ status: 400 })
      const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n`
      for (let i = 0; i < 20; i++) await sendAndLeave(server, Buffer.concat([Buffer.from(head), cut]))
      await server.settled(22)
      expect(server.outcomes.slice(2).every((outcome) => outcome.code === 'TAO_BODY_ABORTED')).toBe(true)
      expect(await readdir(folder)).toEqual([])
      expect(openFilesIn(folder)).toEqual([])
    })
  })

  test('H3 a refused upload is answered though the client is still sending', async () => {
    await using server = await startBodyServer((request) => readForm(request, request.headers, limits))
    for (let i = 0; i < 5; i++) {
      const body = multipart(boundary, [
        [file, Buffer.alloc(11 << 20)],
        [file, Buffer.alloc(5 << 20)],
      ])
      expect(await post(server, body, { 'content-type': type })).toMatchObject({ status: 413 })
    }
  })

  test('H12 saving gives a random name with the extension, whole or not at all, never over another file', async () => {
    await withFolder(async (folder) => {
      const form = await formOf(
        multipart(boundary, [
          [`${field}; filename="../x/Photo.JPG"`, large],
          [`${field}; filename="page.html"`, '<script>'],
        ]),
      )
      const [photo, page] = form.getAll('a')
      if (typeof photo !== 'object' || typeof page !== 'object') throw new Error('no files')
      const saved = await photo.saveTo(`${folder}/new/deep`)
      expect(saved.name).toMatch(/^[\da-f-]{36}\.jpg$/)
      expect(saved).toEqual({
        path: `${folder}/new/deep/${saved.name}`,
        name: saved.name,
        size: large.length,
      })
      expect((await readFile(saved.path)).equals(large)).toBe(true)
      expect((await page.saveTo(folder)).name).toMatch(/^[\da-f-]{36}$/)
      expect((await page.saveTo(folder, { extensions: ['.HTML'] })).name).toMatch(/\.html$/)
      await expect(page.saveTo(folder, { extensions: ['.png', '.jpg'] })).rejects.toMatchObject({
        code: 'TAO_UPLOAD_EXTENSION',
        status: 400,
        message: 'The file "page.html" is not accepted; it should end in .png, .jpg',
      })
      expect(await photo.saveTo(folder, { name: 'me.jpg' })).toMatchObject({ name: 'me.jpg' })
      await expect(page.saveTo(folder, { name: 'me.jpg' })).rejects.toMatchObject({
        code: 'TAO_UPLOAD_EXISTS',
      })
      expect((await readFile(`${folder}/me.jpg`)).equals(large)).toBe(true)
      for (const name of ['../x', 'a/b', 'a\\b', '', '.', '..', '.env', 'a:b', 'a\0', 'x'.repeat(256)]) {
        await expect(photo.saveTo(folder, { name }), name).rejects.toMatchObject({ code: 'TAO_UPLOAD_NAME' })
      }
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
      await form.dispose()
    })
  })
})
