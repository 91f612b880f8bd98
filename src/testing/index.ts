export { testClient, type TestClient, type TestClientOptions, type TestRequest } from './client.ts'
export type { EventReader, ReceivedEvent } from './event-reader.ts'
export type { CookieJar } from './cookie-jar.ts'
