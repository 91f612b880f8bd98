import type { BodyLimits } from './body/index.ts'
import type { SocketLimits } from './websocket/options.ts'

/** What a route may limit for itself. */
export interface RequestLimits extends BodyLimits, SocketLimits {}
