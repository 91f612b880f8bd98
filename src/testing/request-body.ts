export interface TestBody {
  /** Sent as `application/json`. */
  json?: unknown
  /** Sent url-encoded; a `FormData` as multipart, with its files. */
  form?: Readonly<Record<string, string | number | boolean | readonly string[]>> | URLSearchParams | FormData
  /** Sent as it is. */
  body?: string | Uint8Array
}

export interface EncodedBody {
  payload: Buffer | string | undefined
  type: string | undefined
}

export async function encodeBody({ json, form, body }: TestBody): Promise<EncodedBody> {
  if (json !== undefined) return { payload: JSON.stringify(json), type: 'application/json' }
  if (form instanceof FormData) {
    const encoded = new Response(form)
    return { payload: Buffer.from(await encoded.arrayBuffer()), type: encoded.headers.get('content-type')! }
  }
  if (form !== undefined)
    return { payload: toSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' }
  if (body === undefined) return { payload: undefined, type: undefined }
  return { payload: typeof body === 'string' ? body : Buffer.from(body), type: undefined }
}

function toSearchParams(form: Exclude<NonNullable<TestBody['form']>, FormData>): URLSearchParams {
  if (form instanceof URLSearchParams) return form
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    for (const item of Array.isArray(value) ? value : [value]) params.append(name, String(item))
  }
  return params
}
