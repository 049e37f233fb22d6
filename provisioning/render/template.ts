import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import nunjucks from 'nunjucks';
import { VaxelError } from '../../common/errors.ts';
import { packageRoot } from '../../common/package-root.ts';
import { plainLine } from './plain-line.ts';
import type { Views } from './views.ts';
import { xmlAttribute } from './xml-attribute.ts';

/**
 * Renders one of our templates with exactly the view it declares.
 *
 * Nothing is printed but through a filter: `cfg` for lines, `xml` for
 * attributes (test/provisioning/render/templates.test.ts holds every template to
 * it), and a filter refuses what the view lacks.
 *
 * @throws {VaxelError} `TEMPLATE_FAILED`
 */
export function renderTemplate<Name extends keyof Views>(name: Name, view: Views[Name]): string {
  try {
    return env.render(name, view);
  } catch (cause) {
    throw new VaxelError('TEMPLATE_FAILED', `cannot render ${name}`, { name }, { cause });
  }
}

/**
 * Compiles every template now, so that no phone waits for it: a third of a second, once.
 *
 * @returns their names
 * @throws {VaxelError} `TEMPLATE_FAILED` where one is damaged or the folder is missing
 */
export function compileTemplates(): readonly string[] {
  try {
    const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.njk'))
      .sort();
    for (const name of names) env.getTemplate(name, true);
    return names;
  } catch (cause) {
    throw new VaxelError('TEMPLATE_FAILED', `cannot read ${FOLDER}`, {}, { cause });
  }
}

const FOLDER = join(packageRoot(), 'templates');

const env = new nunjucks.Environment(new nunjucks.FileSystemLoader(FOLDER), {
  autoescape: false,
  throwOnUndefined: true,
  trimBlocks: true,
  lstripBlocks: true,
});
env.addFilter('cfg', plainLine);
env.addFilter('xml', xmlAttribute);
