import type { Session } from './session.ts'

export interface SessionsOptions {
  /** The first seals, all open. Each at least 32 characters. */
  keys: readonly string[]
  /** Seconds a session lives after it was last sealed; 0: for ever. */
  ttl: number
  cookie: {
    name: string
    path?: string | undefined
    domain?: string | undefined
    sameSite?: 'lax' | 'strict' | 'none' | undefined
  }
  /** Bytes of opened sessions remembered; 0 remembers none. Default 16 MiB. */
  remember?: number | undefined
  /** The clock, in milliseconds. */
  now?: (() => number) | undefined
}

export interface Sessions {
  /** The session of a cookie's value; an empty one when there is none or it is broken, foreign or expired. Never throws. */
  open(cookieValue: string | undefined): Session
  /** The `Set-Cookie` header this session needs now, or `undefined` when nothing is to be written. */
  commit(session: Session, options: { secure: boolean }): string | undefined
}

export declare function createSessions(options: SessionsOptions): Sessions
