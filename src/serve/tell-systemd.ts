import { execFile } from 'node:child_process'

const program = 'systemd-notify'

/** Tells a service manager that waits for it how this process is. */
export interface Systemd {
  ready(): void
  /** The code is exchanged; `ready` says when that is over. */
  reloading(): void
  stopping(): void
}

/**
 * Speaks to systemd where it asked for that, by `Type=notify`. Its socket takes datagrams, which Node cannot send to a
 * socket file: `systemd-notify`, a part of systemd, sends them, and the unit needs `NotifyAccess=all` to hear it.
 * Source: sd_notify(3).
 * @param env loses the variable, so that no child speaks in this process's place
 * @param warn hears when nothing can be told
 */
export function tellSystemd(env: NodeJS.ProcessEnv, warn: (sentence: string) => void): Systemd {
  const { NOTIFY_SOCKET: socket, PATH } = env
  delete env['NOTIFY_SOCKET']
  let last: Promise<void> = Promise.resolve()

  /** One after the other: the manager believes what it hears last. */
  function tell(...states: string[]): void {
    if (socket === undefined || socket === '') return
    last = last.then(
      () =>
        new Promise((resolve) => {
          execFile(program, states, { env: { PATH, NOTIFY_SOCKET: socket } }, (error) => {
            if (error !== null)
              warn(`systemd could not be told ${states[0]}: ${error.message.split('\n')[0]}`)
            resolve()
          })
        }),
    )
  }

  return {
    ready: () => tell('READY=1', `MAINPID=${process.pid}`),
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: () => tell('STOPPING=1'),
  }
}
