export { createRemoteApp, type RemoteApp } from './remote-app.ts'
