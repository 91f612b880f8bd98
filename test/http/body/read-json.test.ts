import { describe, expect, test } from 'vitest'
import { readJson } from '../../../src/http/body/index.ts'
import { limits, post, startBodyServer } from './body-server.ts'

const json = { 'content-type': 'application/json' }

describe('readJson', () => {
  test('#9 JSON is read from every type that says it is JSON', async () => {
    await using server = await startBodyServer((request) => readJson(request, request.headers, limits))
    for (const type of [
      'application/json',
      'Application/JSON; charset=UTF-8',
      'application/ld+json',
      'text/json',
      'application/vnd.api+json;v=1',
    ]) {
      expect(await post(server, '{"a":["☃"]}', { 'content-type': type })).toEqual({ value: { a: ['☃'] } })
    }
    expect(await post(server, '\u{feff}[1]', json)).toEqual({ value: [1] })
  })

  test('another type, another charset or none is 415', async () => {
    await using server = await startBodyServer((request) => readJson(request, request.headers, limits))
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'application/json; charset=utf-16',
      'application/json; charset=nonsense',
      ';',
      'application/json; "',
    ]) {
      expect(await post(server, '{}', { 'content-type': type }), type).toMatchObject({ status: 415 })
    }
    expect(await post(server, new Uint8Array([0x7b, 0x7d]))).toMatchObject({
      code: 'TAO_BODY_TYPE',
      status: 415,
    })
  })

  test('an empty body, broken JSON and broken UTF-8 are 400 with a reason', async () => {
    await using server = await startBodyServer((request) => readJson(request, request.headers, limits))
    expect(await post(server, '', json)).toMatchObject({
      status: 400,
      message: expect.stringContaining('the body is empty'),
    })
    expect(await post(server, '{"a":}', json)).toMatchObject({
      status: 400,
      message: expect.stringContaining('line 1, column 6'),
    })
    expect(await post(server, Buffer.from([0x22, 0xff, 0x22]), json)).toMatchObject({
      code: 'TAO_BODY_TEXT',
      status: 400,
    })
  })

  test('H3 a body over the limit is 413, whatever its type', async () => {
    await using server = await startBodyServer((request) => readJson(request, request.headers, limits))
    expect(await post(server, Buffer.alloc(3 << 20), json)).toMatchObject({ status: 413 })
    expect(await post(server, Buffer.alloc(3 << 20), { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    })
  })

  test('lone surrogates written as escapes come through as they are', async () => {
    await using server = await startBodyServer(async (request) => {
      const value = (await readJson(request, request.headers, limits)) as string
      return value.charCodeAt(0)
    })
    expect(await post(server, '"\\ud800"', json)).toEqual({ value: 0xd8_00 })
  })
})
