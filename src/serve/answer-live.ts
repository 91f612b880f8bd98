import type { ServerResponse } from 'node:http'
import { readAsset } from '../debug/index.ts'

/** Answers the live browser's script. */
export function answerLiveScript(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  response.end(readAsset('live/live.js'))
}
