import { rowsOf, type Model, type Modules } from './model.ts';

const desk = rowsOf('Yealink', 'desk');

const EXP50: Modules = { name: 'EXP50', keys: 60, most: 60, count: 3 };
const EXP55: Modules = { name: 'EXP55', keys: 78, most: 78, count: 3 };

/**
 * Desk phones from the T5 series on. Where sources disagree on the T7 and T8 the lower
 * number of keys stands, so that none is promised that a phone lacks; docs/phones.md
 * lists what is still to be seen on a real phone.
 */
export const YEALINK_T5_T8: readonly Model[] = [
  desk('T52S', {
    accounts: 12,
    lineKeys: 21,
    modules: EXP50,
    common: 74,
    firmware: ['70.83.0.35', '70.84.0.70'],
    colour: true,
  }),
  desk('T53', {
    accounts: 12,
    lineKeys: 21,
    modules: EXP50,
    common: 95,
    firmware: ['95.84.0.125', '96.87.0.15'],
  }),
  desk('T53W', {
    accounts: 12,
    lineKeys: 21,
    modules: EXP50,
    common: 95,
    firmware: ['95.84.0.125', '96.87.0.15'],
  }),
  desk('T54S', {
    accounts: 16,
    lineKeys: 27,
    modules: EXP50,
    common: 70,
    firmware: ['70.83.0.35', '70.84.0.70'],
    colour: true,
  }),
  desk('T54W', {
    accounts: 16,
    lineKeys: 27,
    modules: EXP50,
    common: 96,
    firmware: ['96.84.0.125', '96.87.0.15'],
    colour: true,
  }),
  desk('T56A', {
    accounts: 16,
    lineKeys: 27,
    modules: EXP50,
    common: 56,
    firmware: ['58.83.0.15', '58.86.0.20'],
    colour: true,
  }),
  desk('T57W', {
    accounts: 16,
    lineKeys: 29,
    modules: EXP50,
    common: 97,
    firmware: ['97.84.0.125', '96.87.0.15'],
    colour: true,
  }),
  desk('T58A', {
    accounts: 16,
    lineKeys: 27,
    modules: EXP50,
    common: 58,
    firmware: ['58.83.0.15', '58.86.0.20'],
    colour: true,
  }),
  desk('T58V', {
    accounts: 16,
    lineKeys: 27,
    modules: EXP50,
    common: 58,
    firmware: ['58.86.0.20', '58.86.0.20'],
    colour: true,
  }),
  desk('T58W', {
    accounts: 16,
    lineKeys: 27,
    modules: EXP50,
    common: 150,
    firmware: ['58.86.0.5', '150.87.0.15'],
    colour: true,
  }),
  desk('T73U', {
    accounts: 12,
    lineKeys: 40,
    modules: EXP55,
    common: 186,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T73W', {
    accounts: 12,
    lineKeys: 40,
    modules: EXP55,
    common: 183,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T74U', {
    accounts: 16,
    lineKeys: 50,
    modules: EXP55,
    common: 187,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T74W', {
    accounts: 16,
    lineKeys: 50,
    modules: EXP55,
    common: 184,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T77U', {
    accounts: 16,
    lineKeys: 56,
    modules: EXP55,
    common: 188,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T85W', {
    accounts: 16,
    lineKeys: 60,
    modules: EXP55,
    common: 196,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T87W', {
    accounts: 16,
    lineKeys: 84,
    modules: EXP55,
    common: 197,
    firmware: ['185.87.0.34', '185.87.0.34'],
    colour: true,
  }),
  desk('T88W', {
    accounts: 16,
    lineKeys: 84,
    modules: EXP55,
    common: 192,
    firmware: ['192.87.0.10', '192.87.0.10'],
    colour: true,
  }),
  desk('T88V', {
    accounts: 16,
    lineKeys: 84,
    modules: EXP55,
    common: 192,
    firmware: ['192.87.0.10', '192.87.0.10'],
    colour: true,
  }),
];
