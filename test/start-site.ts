import { onTestFinished } from 'vitest'
import { testClient, type TestClient, type TestClientOptions } from '../src/testing/index.ts'
import { tempSite, type SiteFiles } from './temp-site.ts'

export const SECRET = 'a secret that is long enough for every test 0123456789'

/** A site from files, answering in this process until the test ends. */
export async function startSite(files: SiteFiles, options: TestClientOptions = {}): Promise<TestClient> {
  const client = await testClient({
    env: { SECRET_KEY: SECRET },
    ...options,
    flags: { database: 'mongodb://127.0.0.1:9/none', logLevel: 'silent', ...options.flags },
    root: tempSite(files),
  })
  onTestFinished(() => client.close())
  return client
}

/** A site of one route, `GET /`, whose view is this source text. */
export function startView(view: string, imports = ''): Promise<TestClient> {
  return startSite({
    'routes.ts': `import { route${imports && `, ${imports}`} } from 'tao1'\nexport default [route('*', '/', ${view}, 'view')]\n`,
  })
}
