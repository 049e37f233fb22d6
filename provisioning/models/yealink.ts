import { rowsOf, type Model } from './model.ts';
import { YEALINK_T1_T4 } from './yealink-t1-t4.ts';
import { YEALINK_T5_T8 } from './yealink-t5-t8.ts';

const conference = rowsOf('Yealink', 'conference');
const video = rowsOf('Yealink', 'video');
const wifi = rowsOf('Yealink', 'wifi');
const dect = rowsOf('Yealink', 'dect');

export const YEALINK: readonly Model[] = [
  ...YEALINK_T1_T4,
  ...YEALINK_T5_T8,
  wifi('AX83H', {
    accounts: 4,
    common: 180,
    firmware: ['180.86.0.5', '180.87.0.15'],
    colour: true,
  }),
  wifi('AX86R', {
    accounts: 4,
    common: 182,
    firmware: ['180.87.0.15', '180.87.0.15'],
    colour: true,
  }),
  conference('CP860', { accounts: 1, common: 37, firmware: ['37.80.0.30', '37.81.0.10'] }),
  conference('CP920', { accounts: 1, common: 78, firmware: ['78.81.0.15', '78.86.0.15'] }),
  conference('CP925', { accounts: 1, common: 148, firmware: ['148.86.0.5', '148.86.0.5'] }),
  conference('CP960', {
    accounts: 1,
    common: 73,
    firmware: ['73.80.0.35', '73.85.0.5'],
    colour: true,
  }),
  conference('CP965', {
    accounts: 1,
    common: 143,
    firmware: ['143.86.0.10', '143.86.0.10'],
    colour: true,
  }),
  video('VP530P', { accounts: 4, common: 23, firmware: ['23.70.0.40', '23.70.0.41'] }),
  video('VP59', { accounts: 16, lineKeys: 27, common: 91, colour: true }),
  dect('W52P', { accounts: 5, common: 25, firmware: ['25.73.0.40', '25.81.0.60'] }),
  dect('W60B', { accounts: 8, common: 77, firmware: ['77.83.0.85', '77.85.0.25'] }),
  dect('W70B', { accounts: 10, common: 146, firmware: ['77.85.0.40', '146.87.0.21'] }),
  dect('W75DM', { accounts: 20, firmware: ['175.85.0.5', '175.87.0.18'], multicell: true }),
  dect('W80DM', { accounts: 30, firmware: ['103.85.0.25', '103.87.0.18'], multicell: true }),
  dect('W90DM', { accounts: 250, firmware: ['130.87.0.18', '130.87.0.18'], multicell: true }),
];
