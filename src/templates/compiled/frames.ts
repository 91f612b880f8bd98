import type { AnyFunction, Frame } from '../nunjucks.ts'

/** Sets a variable where it is, or else in the frame at hand; frames beyond the first do not stop the search. */
function assign(frame: Frame, name: string, value: unknown): void {
  let target = frame
  if (frame.variables[name] === undefined && !frame.isolateWrites) {
    for (let at = frame.parent; at !== undefined; at = at.parent) {
      if (at.variables[name] !== undefined) {
        target = at
        break
      }
    }
  }
  target.variables[name] = value
}

function tellLoop(loop: Record<string, unknown>, index: number, length: number): void {
  loop['index'] = index + 1
  loop['index0'] = index
  loop['revindex'] = length - index
  loop['revindex0'] = length - index - 1
  loop['first'] = index === 0
  loop['last'] = index === length - 1
  loop['length'] = length
}

function loopIn({ variables }: Frame, index: number, length: number): void {
  const loop = (variables['loop'] ||= {})
  tellLoop(loop as Record<string, unknown>, index, length)
}

/** What is done to frames, by the names generated code uses. */
export const frames: Record<string, AnyFunction> = { assign, tellLoop, loopIn }
