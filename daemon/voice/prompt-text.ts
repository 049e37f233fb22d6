import type { Language } from '../routing/directory.ts';
import { prompts } from './catalogue.ts';

const known = new Map<Language, ReadonlyMap<string, string>>();

/** What a prompt says; its name where this version has no such prompt. */
export function promptText(language: Language, name: string): string {
  const texts = known.get(language) ?? prompts(language);
  known.set(language, texts);
  return texts.get(name) ?? name;
}
