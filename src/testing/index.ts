export { testClient, type TestClient, type TestClientOptions, type TestRequest } from './client.ts'
export type { CookieJar } from './cookie-jar.ts'
