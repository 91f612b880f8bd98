// The door for programs: what a site imports. Nothing in src/ imports this file.

// Routes
export { action, prefix, resource, route } from './http/index.ts'
export type { AnyRoute, Method, Resource, ResourceOptions, RouteOptions, Routes } from './http/index.ts'
export type {
  Converter,
  ConverterTypes,
  LocalPath,
  ParamsOf,
  RouteName,
  RouteNames,
  UrlParam,
  UrlText,
} from './routing/index.ts'

// Views
export { events, file, html, json, redirect, stream, templ, text } from './http/index.ts'
export { HttpResponse } from './http/index.ts'
export type { Middleware, Next, Request, RequestUrl, View, ViewResult } from './http/index.ts'
export type {
  App,
  AppExtras,
  CookieOptions,
  FileOptions,
  RedirectOptions,
  ResponseOptions,
  TemplateName,
  TemplateNames,
  User,
} from './http/index.ts'
export type { Form, FormValue, IncomingFile, IncomingFiles, UploadedFile } from './http/index.ts'
export type { Message, WebSocketClose, WebSocketConnection, WebSocketOptions } from './http/index.ts'
export type { EventsOptions, ServerEvent } from './http/index.ts'
export type { Channel, Delivery, Joiner, Member, MemberChange } from './channels/index.ts'
export type { Flash, Session, SessionData } from './sessions/index.ts'

// Users
export { hashPassword, login, logout, requireLogin, verifyPassword } from './users/index.ts'
export type { RequireLoginOptions } from './users/index.ts'

// Errors
export {
  BadGateway,
  BadRequest,
  Conflict,
  ContentTooLarge,
  Forbidden,
  GatewayTimeout,
  Gone,
  HttpError,
  InternalServerError,
  MethodNotAllowed,
  NotAcceptable,
  NotFound,
  NotImplemented,
  PaymentRequired,
  PreconditionFailed,
  RequestTimeout,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  UnprocessableContent,
  UnsupportedMediaType,
} from './http/index.ts'
export { TaoError } from './base/errors.ts'

// Blocking work, in threads
export type { ModuleUrl, Offload } from './offload/index.ts'

// What is kept for a while
export { cache } from './http/index.ts'
export type { CachedView, CacheOptions } from './http/index.ts'
export type { Cache, KeepOptions } from './cache/index.ts'

// Middleware
export { compress, logRequests, responseHeaders, responseTime, serveFolder } from './http/index.ts'
export type { ContextProcessor } from './http/index.ts'

// Settings
export { defineSettings } from './site/index.ts'
export type {
  ExtraSettings,
  PublicSettings,
  Settings,
  SettingsInput,
  SettingsOf,
  SiteSettings,
} from './project/index.ts'

// Panels of the debug toolbar: what apps/NAME/panels.ts exports
export type { PanelSite, RequestRecord, ToolbarPanel } from './toolbar/index.ts'

// Commands: what apps/NAME/commands/*.ts export
export { defineCommand } from './commands/index.ts'
export type {
  ArgumentSpec,
  CommandContext,
  CommandDefinition,
  OptionSpec,
  SiteContext,
} from './commands/index.ts'

// Schemas: TypeBox, so that one declaration gives the check and the type
export { Type } from './http/index.ts'
export type { Static, TSchema } from '@sinclair/typebox'

// Starting a site from a program
export { buildSite, type BuildOptions, type Site } from './site/index.ts'
