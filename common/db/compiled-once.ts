import type { Compilable, CompiledQuery } from 'kysely';
import type { Db } from './open.ts';

/**
 * A query that is built once and run with other values: for what every phone's
 * files need, since building such a query takes longer than running it.
 *
 * @param build - is given a name for each value, to stand where the value will.
 */
export function compiledOnce<Name extends string, Row>(
  build: (db: Db, value: (name: Name) => string) => Compilable<Row>,
): (db: Db, values: Readonly<Record<Name, string>>) => Promise<readonly Row[]> {
  const names = new Map<unknown, Name>();
  let compiled: CompiledQuery<Row> | undefined;
  const placeOf = (name: Name): string => {
    const place = `\u0000${name}`;
    names.set(place, name);
    return place;
  };
  return async (db, values) => {
    compiled ??= build(db, placeOf).compile();
    const parameters = compiled.parameters.map((parameter) => {
      const name = names.get(parameter);
      return name === undefined ? parameter : values[name];
    });
    const query: CompiledQuery<Row> = { ...compiled, parameters };
    const { rows } = await db.executeQuery<Row>(query);
    return rows;
  };
}
