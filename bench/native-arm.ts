import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange } from '../test/support/exchange.ts';

/** A number that no plan of ours knows: FreeSWITCH alone carries what dials it. */
export const NATIVE_CODE = '9100';

/**
 * Puts a static extension in front of the question to the daemon. The file
 * stays as written here until the set of organisations changes.
 *
 * @param dial - what `bridge` is given.
 * @param dialled - a pattern of what dials it.
 */
export async function addNativeArm(
  { state, esl }: Exchange,
  dial: string,
  dialled = NATIVE_CODE,
): Promise<void> {
  const file = join(state, 'freeswitch', 'conf', 'dialplan', 'devices.xml');
  const extension = `<extension name="bench-native">
      <condition field="destination_number" expression="^${dialled}$">
        <action application="set" data="hangup_after_bridge=true"/>
        <action application="set" data="continue_on_fail=true"/>
        <action application="bridge" data="${dial}"/>
      </condition>
    </extension>
    `;
  const before = readFileSync(file, 'utf8');
  const after = before.replace('<extension name="ask-the-daemon">', `${extension}$&`);
  if (after === before) throw new Error(`no question to the daemon in ${file}`);
  writeFileSync(file, after);
  const said = await esl.api('reloadxml');
  if (!said.startsWith('+OK')) throw new Error(`reloadxml: ${said}`);
}
