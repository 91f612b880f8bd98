import type { Terminal, TextOutput } from '../base/terminal.ts'
import type { Mode } from '../project/index.ts'
import type { Systemd } from './tell-systemd.ts'
import type { StopSignals } from './stop-signals.ts'

export interface ServeOptions {
  /** The project's folder. */
  root: string
  /** These win over the settings. */
  host?: string | undefined
  port?: number | undefined
  /** A socket file to listen on in place of a port. */
  path?: string | undefined
  /** Start the site anew whenever its code changes. */
  reload?: boolean | undefined
  /** How many processes answer, a number or `auto`; default: as `WEB_CONCURRENCY` says, else this process alone. */
  workers?: string | undefined
  /** A line for each request; default: as the settings say. */
  logRequests?: boolean | undefined
  /** Look for changes now and then, where the file system tells of none. */
  poll?: boolean | undefined
  /** Pages reload themselves after a change; default: as `TAO_LIVE` says, else the settings. */
  live?: boolean | undefined
  /** Default: `NODE_ENV`, else development with `reload` and production without. */
  mode?: Mode | undefined
  env?: NodeJS.ProcessEnv | undefined
  output?: TextOutput | undefined
  /** Ends the server as SIGTERM does; for programs that serve inside their own process. */
  signal?: AbortSignal | undefined
  /** Called with the URL, or the socket file's path, once requests are accepted. */
  onListening?: ((url: string) => void) | undefined
}

/** The options with what every way to serve needs. */
export interface StartedOptions extends ServeOptions {
  mode: Mode
  env: NodeJS.ProcessEnv
  terminal: Terminal
  stop: StopSignals
  /** Descriptors of sockets that a service manager listens on for this process: they win over every address. */
  inherited: readonly number[]
  systemd: Systemd
}
