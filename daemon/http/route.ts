import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Scope } from '../../common/api-token.ts';
import type { Client } from './client.ts';
import { PARAMETERS, SCHEMAS, type SchemaName } from './schemas.ts';

/** One route: what the router runs and what the document says of it are one thing. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/v1/lines/{extension}`. */
  readonly path: string;
  /** The document's `operationId`. */
  readonly name: string;
  readonly summary: string;
  /** `here`: programs on this machine, without a token. `anybody with a token` needs no scope. */
  readonly who: Scope | 'here' | 'token';
  readonly takes: SchemaName | undefined;
  /** `If-Match` is heeded: what is changed may be said to be of a version. */
  readonly isConditional?: boolean;
  /** By status; undefined has no body. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** @param asked - already of the schemas; `client` is there unless `who` is `here`. */
  readonly run: (asked: Asked) => Promise<Reply>;
}

export interface Answer {
  readonly what: string;
  readonly schema?: SchemaName;
  readonly stream?: true;
  /** The media type of what is no JSON. */
  readonly text?: string;
}

export interface Asked {
  readonly client: Client | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** `Last-Event-ID`, of a reader that comes back. */
  readonly lastEventId: string | undefined;
  /** Of `If-Match`; undefined where any version will do. */
  readonly version: number | undefined;
}

export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly version?: number }
  | { readonly status: number; readonly body: string; readonly type: string }
  /** The response is taken over, and lives as long as its connection. */
  | { readonly stream: (response: ServerResponse) => void };

type ParameterName = keyof typeof PARAMETERS;
type Parameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends ParameterName
      ? Readonly<Record<Name, z.output<(typeof PARAMETERS)[Name]>>>
      : never) &
      Parameters<Rest>
  : unknown;
type Body<Name extends SchemaName | undefined> = Name extends SchemaName
  ? z.output<(typeof SCHEMAS)[Name]>
  : undefined;

/** A route for a client, which has proved its token and has the scope. */
export function clientRoute<Path extends string, Takes extends SchemaName | undefined = undefined>(
  route: Omit<Route, 'run' | 'path' | 'takes' | 'who'> & {
    readonly path: Path;
    readonly takes?: Takes;
    readonly who: Scope | 'token';
    readonly run: (asked: {
      readonly client: Client;
      readonly params: Parameters<Path>;
      readonly body: Body<Takes>;
      readonly lastEventId: string | undefined;
      readonly version: number | undefined;
    }) => Promise<Reply>;
  },
): Route {
  return {
    ...route,
    takes: route.takes,
    run: ({ client, params, body, lastEventId, version }) => {
      if (client === undefined) throw new Error(`${route.name} ran without its client`);
      // Both were parsed by the schemas that these types are made of.
      return route.run({
        client,
        params: params as Parameters<Path>,
        body: body as Body<Takes>,
        lastEventId,
        version,
      });
    },
  };
}

/** What every client route may answer besides its own. */
export const CLIENT_PROBLEMS: Readonly<Record<number, Answer>> = {
  400: { what: 'The request is not of its form', schema: 'Problem' },
  401: { what: 'No token, or none of ours', schema: 'Problem' },
  403: { what: 'The token lacks the scope, or the thing is not its holder’s', schema: 'Problem' },
  503: { what: 'FreeSWITCH or the database cannot be asked now', schema: 'Problem' },
};

export const problem = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message } },
});
