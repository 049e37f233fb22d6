import { join } from 'node:path';
import type { Config } from '../../common/config.ts';

/** What phones write, a folder for each by its id. */
export const uploadsFolder = ({ state }: Config): string => join(state, 'uploads');

/** What an administrator laid out for all phones: firmware, languages, pictures. */
export const resourcesFolder = ({ state }: Config): string => join(state, 'phone-files');
