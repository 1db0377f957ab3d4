import type { AddressInfo } from 'node:net';
import { Global, Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { httpAdapter } from './http-adapter.js';
import { HttpModule } from './http.module.js';

/** The application that tests talk to over HTTP. */
export interface HttpApp extends AsyncDisposable {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly call: (method: string, path: string, sent?: Sent) => Promise<Answered>;
}

export interface Sent {
  readonly token?: string;
  readonly body?: unknown;
  /** In the place of `body`, as it is. */
  readonly raw?: string;
  readonly headers?: Record<string, string>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it as they please
  readonly body: any;
}

/** Everything that `parts` provide is there for every module, as it is in the real application. */
export async function openHttpApp(parts: {
  imports?: Type[];
  controllers?: Type[];
  providers: Provider[];
}): Promise<HttpApp> {
  const app = await NestFactory.create<NestFastifyApplication>(
    rootOf(parts),
    httpAdapter({ bodyLimit: 20_000 }),
    {
      bodyParser: false,
      logger: false,
      forceCloseConnections: true,
    },
  );
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return {
    app,
    url,
    call: (method, path, sent) => call(url, method, path, sent),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** The build's tsconfig leaves tests out, and with it vitest leaves decorators in them unread; called they work as well. */
export function decorate(
  controller: Type,
  name: string,
  onMethod: OnMethod[],
  onParameters: ParameterDecorator[] = [],
): void {
  onParameters.forEach((decorator, index) => decorator(controller.prototype as object, name, index));
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, name)!;
  for (const decorator of onMethod)
    decorator(controller.prototype as never, name as never, descriptor as never);
}
type OnMethod = (target: never, name: never, descriptor: never) => unknown;

class Root {}
Global()(Root);
Module({})(Root);

function rootOf({
  imports = [],
  controllers = [],
  providers,
}: {
  imports?: Type[];
  controllers?: Type[];
  providers: Provider[];
}): DynamicModule {
  const exports = providers.map((provider) => (typeof provider === 'function' ? provider : provider.provide));
  return { module: Root, imports: [HttpModule, ...imports], controllers, providers, exports };
}

async function call(
  url: string,
  method: string,
  path: string,
  { token, body, raw, headers }: Sent = {},
): Promise<Answered> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: payload,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}
