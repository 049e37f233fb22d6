import { readXml, type XmlElement } from './strict-xml.ts';

/**
 * A Polycom parameter file as a phone reads it: attributes alone, whatever
 * element they are on. Knows nothing of our templates.
 *
 * @throws {Error} where a parameter stands twice, or is no parameter's name
 */
export function readPolycomCfg(bytes: Uint8Array): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const collect = ({ attributes, children, text }: XmlElement): void => {
    if (text !== '') throw new Error(`text between elements: ${text.slice(0, 40)}`);
    for (const [name, value] of attributes) {
      if (!/^[A-Za-z][\w-]*(\.[\w-]+)+$/.test(name)) throw new Error(`no parameter: ${name}`);
      if (values.has(name)) throw new Error(`${name} a second time`);
      values.set(name, value);
    }
    children.forEach(collect);
  };
  collect(readXml(bytes));
  return values;
}

/** A master file: the firmware, and the files to fetch; the first that says something wins. */
export function readPolycomMaster(bytes: Uint8Array): {
  readonly application: string;
  readonly files: readonly string[];
} {
  const { name, attributes, children } = readXml(bytes);
  const list = attributes.get('CONFIG_FILES') ?? '';
  const files = list.split(',').map((file) => file.trim());
  if (name !== 'APPLICATION' || children.length > 0 || files.includes('')) {
    throw new Error('not a master file');
  }
  if (list.length > 2047 || files.some((file) => file.length > 255)) throw new Error('too long');
  return { application: attributes.get('APP_FILE_PATH') ?? '', files };
}
