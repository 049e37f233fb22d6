import type { Test } from 'tap';
import { answersOf } from '../../daemon/http/document.ts';
import type { Route } from '../../daemon/http/route.ts';
import { SCHEMAS } from '../../daemon/http/schemas.ts';
import { type ApiAnswer, ask } from './api-client.ts';

/** Asks, and holds every answer to what the document says of its route. */
export function checked(t: Test, port: number, routes: readonly Route[]) {
  return async (method: string, path: string, more: Parameters<typeof ask>[3] = {}) => {
    const answer = await ask(port, method, path, more);
    const route = routes.find((each) => each.method === method && pattern(each).test(path));
    if (route === undefined) throw new Error(`no route for ${method} ${path}`);
    const said = answersOf(route)[answer.status];
    const name = `${method} ${path} ${answer.status}`;
    if (said === undefined) t.fail(`${name} is not in the document`);
    else if (said.text !== undefined) t.equal(answer.headers['content-type'], said.text, name);
    else if (said.schema === undefined) t.equal(answer.body, undefined, `${name} has no body`);
    else t.match(SCHEMAS[said.schema].safeParse(answer.body), { success: true }, name);
    return answer;
  };
}

const pattern = ({ path }: Route) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/** The code of a refusal. */
export const codeOf = ({ body }: ApiAnswer) => (body as { error?: { code?: string } }).error?.code;
