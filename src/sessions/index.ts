export { createSessions, type Sessions, type SessionsOptions } from './sessions.ts'
export { Session, type Flash, type SessionData } from './session.ts'
export type { Opened } from './seal.ts'
