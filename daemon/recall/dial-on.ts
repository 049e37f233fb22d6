import type { LegId } from '../call/event.ts';
import { word } from '../esl/dial-string.ts';
import type { NumberOwner } from '../routing/directory.ts';

/**
 * Sends a leg that its owner has answered on to whom it calls, as if they had
 * dialled it on that device (freeswitch-conf/dialplan/control.xml).
 */
export function dialOn(tell: (command: string) => Promise<string>) {
  return async (leg: LegId, { organisation, user }: NumberOwner, caller: string): Promise<void> => {
    const device = user.devices.find(({ kind }) => kind !== 'mobile');
    if (device === undefined || device.kind === 'mobile') return;
    const { username } = device;
    const who = `sip_auth_username=${word(username)};sip_auth_realm=${word(organisation.domain)}`;
    await tell(`uuid_setvar_multi ${word(leg)} ${who}`);
    await tell(`uuid_transfer ${word(leg)} ${word(caller)} XML vaxel-clicked`);
  };
}
