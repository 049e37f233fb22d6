import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import type { Log } from '../../common/log.ts';
import { packageRoot } from '../../common/package-root.ts';
import type { Secrets } from '../../common/secrets.ts';
import type { Directory } from '../routing/directory.ts';
import { confView } from './conf-view.ts';
import { generatedFiles, type FilesChanged } from './files.ts';
import { layoutOf } from './layout.ts';
import { writePhrases } from './write-phrases.ts';
import { readFreeSwitchContent } from './read-domains.ts';
import { renderConf } from './render-conf.ts';

/** One command to FreeSWITCH, and what it says. */
export type Tell = (command: string) => Promise<string>;

/** Makes FreeSWITCH see what the database says. */
export interface Publisher {
  /**
   * Writes what differs, and tells FreeSWITCH of it where there is one to tell;
   * of everything, where it may not have heard what was told before.
   * @throws {VaxelError} where files cannot be written; FreeSWITCH then keeps what it has.
   */
  publish(directory: Directory, tell: Tell | undefined, everything: boolean): Promise<void>;
}

export interface PublisherDeps {
  readonly config: Config;
  readonly routePort: number;
  readonly secrets: Secrets;
  readonly db: Db;
  readonly log: Log;
}

export function createPublisher(deps: PublisherDeps): Publisher {
  const { config, routePort, secrets, db, log } = deps;
  const layout = layoutOf(config.state);
  const files = generatedFiles(layout);
  let rendered = '';

  return {
    async publish(directory, tell, everything) {
      const view = await confView(config, routePort, secrets.eslPassword, layout, directory);
      const conf = JSON.stringify(view);
      if (conf !== rendered) {
        await renderConf(join(packageRoot(), 'freeswitch-conf'), layout.conf, view);
        await writePhrases(layout.conf);
      }
      const content = await readFreeSwitchContent(db, secrets.box, directory, config.bind);
      const changed = await files.write(content);
      const xml = changed.xml || conf !== rendered || everything;
      rendered = conf;
      if (tell === undefined) return;
      for (const command of commandsFor({
        ...changed,
        xml,
        addresses: changed.addresses || everything,
      }))
        await tell(command);
      log.debug({ count: directory.revision }, 'freeswitch has the newest directory');
    },
  };
}

/** In this order: what is gone ends only after the new directory can no longer let it back in. */
function commandsFor({ xml, addresses, gateways, accounts }: FilesChanged): readonly string[] {
  return [
    ...(xml ? ['reloadxml'] : []),
    ...(addresses ? ['reloadacl'] : []),
    ...gateways.map((name) => `sofia profile vaxel-trunk killgw ${name}`),
    ...(xml ? ['sofia profile vaxel-trunk rescan'] : []),
    ...accounts.map((account) => `sofia profile vaxel flush_inbound_reg ${account}`),
  ];
}
