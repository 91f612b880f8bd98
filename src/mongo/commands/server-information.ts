import { arch, cpus, hostname, platform, release, totalmem, type as osType } from 'node:os'

/** The server this store behaves as. */
export const VERSION = '8.0.16'

/** What buildInfo answers. */
export function buildInformation(): Record<string, unknown> & { version: string; gitVersion: string } {
  return {
    version: VERSION,
    gitVersion: 'embedded',
    modules: [],
    allocator: 'node',
    javascriptEngine: 'none',
    sysInfo: 'deprecated',
    versionArray: [8, 0, 16, 0],
    openssl: { running: 'none', compiled: 'none' },
    buildEnvironment: { distarch: arch(), target_arch: arch(), target_os: platform() },
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16_777_216,
    storageEngines: ['embedded'],
  }
}

/** What hostInfo answers. */
export function hostInformation(now: Date): Record<string, unknown> {
  return {
    system: {
      currentTime: now,
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: BigInt(Math.round(totalmem() / 1024 / 1024)),
      memLimitMB: BigInt(Math.round(totalmem() / 1024 / 1024)),
      numCores: cpus().length,
      cpuArch: arch(),
      numaEnabled: false,
    },
    os: { type: osType(), name: platform(), version: release() },
    extra: {},
  }
}
