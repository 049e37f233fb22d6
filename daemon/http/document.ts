import { z } from 'zod';
import { packageVersion } from '../../common/package-root.ts';
import { type Answer, CLIENT_PROBLEMS, type Route } from './route.ts';
import { PARAMETERS, SCHEMAS, type SchemaName } from './schemas.ts';

/**
 * The OpenAPI 3.1 document of these routes. Its schemas are JSON Schema 2020-12,
 * which is what zod writes (spec.openapis.org/oas/v3.1.1, Schema Object).
 */
export function openApiDocument(routes: readonly Route[]): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'vaxel-daemon',
      version: packageVersion(),
      description: 'Lines, events and call control of one exchange. See docs/api.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:8080' }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** All answers of a route, those included that every client route gives. */
export const answersOf = ({ who, answers }: Route): Readonly<Record<number, Answer>> =>
  who === 'here' ? answers : { ...CLIENT_PROBLEMS, ...answers };

function operation(route: Route): Readonly<Record<string, unknown>> {
  const { name, summary, who, path, takes, isConditional = false } = route;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: plain(z.toJSONSchema(parameterOf(parameter), { io: 'input', unrepresentable: 'any' })),
  }));
  const parameters = [...inPath, ...(isConditional ? [IF_MATCH] : [])];
  return {
    operationId: name,
    summary,
    ...(who === 'here' ? {} : { security: [{ token: who === 'token' ? [] : [who] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takes === undefined ? {} : { requestBody: { required: true, content: json(takes) } }),
    responses: Object.fromEntries(
      Object.entries(answersOf(route)).map(([status, answer]) => [status, response(answer)]),
    ),
  };
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag that was seen: refused with 412 where another version came between',
  schema: { type: 'string' },
};

function parameterOf(name: string): z.ZodType {
  const found = Object.entries(PARAMETERS).find(([each]) => each === name)?.[1];
  if (found === undefined) throw new Error(`no schema for the parameter ${name}`);
  return found;
}

function response({ what, schema, stream, text }: Answer): Readonly<Record<string, unknown>> {
  const type = stream ? 'text/event-stream' : text;
  if (type !== undefined) {
    return { description: what, content: { [type]: { schema: { type: 'string' } } } };
  }
  return { description: what, ...(schema === undefined ? {} : { content: json(schema) }) };
}

const json = (name: SchemaName) => ({
  'application/json': { schema: { $ref: reference(name) } },
});

const reference = (name: string): string => `#/components/schemas/${name}`;

function componentSchemas(): Readonly<Record<string, unknown>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: reference, io: 'input' });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

/** Without what names a whole JSON Schema document: here it is a part of one. */
function plain(schema: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => !['$schema', '$id', '~standard', 'id'].includes(key)),
  );
}
