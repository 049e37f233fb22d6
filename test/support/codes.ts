import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedSpeaker } from '../../daemon/voice/embedded-speaker.ts';
import { madeFile } from '../../daemon/voice/made-prompt.ts';
import { eventually } from './eventually.ts';
import type { Exchange } from './exchange.ts';
import type { Phone } from './phones.ts';
import { heardFile } from './sip/spoken.ts';

/** As a telephone writes it into a URI: a bare number sign ends one (RFC 3986 §3). */
export const asDialled = (code: string): string => code.replaceAll('#', '%23');

/** Dials a code, waits for the words that confirm it and for its end. */
export async function said(phone: Phone, code: string, file: string): Promise<void> {
  const call = await phone.call(asDialled(code));
  await call.answered();
  await heardFile(call, file);
  await call.ended();
}

/** The file of a prompt in Swedish. */
export const promptFile = (exchange: Exchange, name: string): string =>
  join(exchange.state, 'prompts', 'sv', `${name}.wav`);

/** Where the sound of a text lies, once it has been made. */
export async function soundOf(exchange: Exchange, text: string): Promise<string> {
  const folder = join(exchange.state, 'prompts');
  const file = madeFile(folder, embeddedSpeaker(), { language: 'sv', text });
  await eventually(`sound of ${text}`, () => existsSync(file), 60_000);
  return file;
}
