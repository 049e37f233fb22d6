import { compileTemplates } from './template.ts';
import { timeRule } from './time-rule.ts';

/**
 * Does once, before the first phone asks, what is slow the first time: compiles
 * the templates and finds the rules of the clock.
 *
 * @param zones - of the organisations there are; another is found when it is first needed.
 * @throws {VaxelError} `TEMPLATE_FAILED`: better at start than at every phone
 */
export function prepareRendering(zones: readonly string[]): void {
  compileTemplates();
  for (const zone of new Set(zones)) timeRule(zone);
}
