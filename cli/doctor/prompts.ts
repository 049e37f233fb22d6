import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import type { DaemonStatus } from '../../daemon/status.ts';
import { LANGUAGES, prompts } from '../../daemon/voice/catalogue.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is every prompt there that a caller may hear? */
export function checkPrompts({ state }: Config, status: DaemonStatus | undefined): Finding {
  const folder = layoutOf(state).prompts;
  const files = LANGUAGES.flatMap((language) =>
    [...prompts(language).keys()].map((name) => join(folder, language, `${name}.wav`)),
  );
  const ready = files.filter(isThere).length;
  const found = `${ready} of ${files.length} prompts are there`;
  if (ready === files.length) return ok('prompts', found);
  switch (status?.prompts) {
    case 'making':
      return warning('prompts', found, 'wait a minute: they are being made');
    case 'failed':
    case 'ready':
      return wrong(
        'prompts',
        found,
        'start the daemon again, and see SPEECH_FAILED in docs/errors.md',
      );
    case undefined:
      return warning('prompts', found, 'the daemon makes them when it starts');
  }
}

const isThere = (file: string): boolean =>
  (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
