import { rowsOf, type Model, type Modules } from './model.ts';

const soundPoint = rowsOf('Polycom', 'soundpoint');
const soundStation = rowsOf('Polycom', 'soundstation');
const vvx = rowsOf('Polycom', 'vvx');
const trio = rowsOf('Polycom', 'trio');
const edge = rowsOf('Polycom', 'edge');

const SOUNDPOINT_MODULE: Modules = {
  name: 'SoundPoint IP Expansion Module',
  keys: 14,
  most: 14,
  count: 3,
};
/** 40 keys with paper labels, or 84 on three pages of a display. */
const VVX_MODULE: Modules = { name: 'VVX Expansion Module', keys: 40, most: 84, count: 3 };

/** A SoundPoint's line keys are as many as its registrations; so are an Edge's registrations, where no source tells. */
export const POLYCOM: readonly Model[] = [
  soundPoint('SPIP 301', { accounts: 2, lineKeys: 2, firmware: ['3.1.6.0017', '3.1.6.0017'] }),
  soundPoint('SPIP 320', { accounts: 2, lineKeys: 2, firmware: ['3.2.4.0267', '3.2.4.0267'] }),
  soundPoint('SPIP 321', { accounts: 2, lineKeys: 2, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundPoint('SPIP 330', { accounts: 2, lineKeys: 2, firmware: ['3.2.4.0267', '3.2.4.0267'] }),
  soundPoint('SPIP 331', { accounts: 2, lineKeys: 2, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundPoint('SPIP 335', { accounts: 2, lineKeys: 2, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundPoint('SPIP 430', { accounts: 2, lineKeys: 2, firmware: ['3.2.4.0267', '3.2.4.0267'] }),
  soundPoint('SPIP 450', { accounts: 3, lineKeys: 3, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundPoint('SPIP 501', { accounts: 3, lineKeys: 3, firmware: ['3.1.6.0017', '3.1.6.0017'] }),
  soundPoint('SPIP 550', { accounts: 4, lineKeys: 4, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundPoint('SPIP 560', { accounts: 4, lineKeys: 4, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundPoint('SPIP 600', { accounts: 6, lineKeys: 6, firmware: ['3.1.6.0017', '3.1.6.0017'] }),
  soundPoint('SPIP 601', {
    accounts: 6,
    lineKeys: 6,
    modules: SOUNDPOINT_MODULE,
    firmware: ['3.1.6.0017', '3.1.6.0017'],
  }),
  soundPoint('SPIP 650', {
    accounts: 6,
    lineKeys: 6,
    modules: SOUNDPOINT_MODULE,
    firmware: ['3.2.4.0267', '4.0.11'],
  }),
  soundPoint('SPIP 670', {
    accounts: 6,
    lineKeys: 6,
    modules: SOUNDPOINT_MODULE,
    firmware: ['3.2.4.0267', '4.0.11'],
  }),
  soundStation('SSIP 4000', { accounts: 1, firmware: ['3.1.6.0017', '3.1.6.0017'] }),
  soundStation('SSIP 5000', { accounts: 1, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundStation('SSIP 6000', { accounts: 1, firmware: ['3.2.4.0267', '4.0.11'] }),
  soundStation('SSIP 7000', { accounts: 1, firmware: ['3.2.4.0267', '4.0.11'] }),
  vvx('VVX 101', { accounts: 1, lineKeys: 2, firmware: ['5.4.3', '6.4.6'] }),
  vvx('VVX 150', { accounts: 2, lineKeys: 2, firmware: ['5.8.2', '6.4.6'] }),
  vvx('VVX 201', { accounts: 2, lineKeys: 2, firmware: ['5.4.3', '6.4.6'] }),
  vvx('VVX 250', { accounts: 4, lineKeys: 4, firmware: ['5.8.2', '6.4.6'], colour: true }),
  vvx('VVX 300', { accounts: 6, lineKeys: 6, modules: VVX_MODULE, firmware: ['5.4.3', '5.9.2'] }),
  vvx('VVX 301', { accounts: 6, lineKeys: 6, modules: VVX_MODULE, firmware: ['5.8.2', '6.4.6'] }),
  vvx('VVX 310', { accounts: 6, lineKeys: 6, modules: VVX_MODULE, firmware: ['5.4.3', '5.9.2'] }),
  vvx('VVX 311', { accounts: 6, lineKeys: 6, modules: VVX_MODULE, firmware: ['5.8.2', '6.4.6'] }),
  vvx('VVX 350', { accounts: 6, lineKeys: 6, firmware: ['5.8.2', '6.4.6'], colour: true }),
  vvx('VVX 400', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.4.3', '5.9.2'],
    colour: true,
  }),
  vvx('VVX 401', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.8.2', '6.4.6'],
    colour: true,
  }),
  vvx('VVX 410', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.4.3', '5.9.2'],
    colour: true,
  }),
  vvx('VVX 411', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.8.2', '6.4.6'],
    colour: true,
  }),
  vvx('VVX 450', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.8.2', '6.4.6'],
    colour: true,
  }),
  vvx('VVX 500', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.4.3', '5.9.2'],
    colour: true,
  }),
  vvx('VVX 501', {
    accounts: 12,
    lineKeys: 12,
    modules: VVX_MODULE,
    firmware: ['5.8.2', '6.4.6'],
    colour: true,
  }),
  vvx('VVX 600', {
    accounts: 16,
    lineKeys: 16,
    modules: VVX_MODULE,
    firmware: ['5.4.3', '5.9.2'],
    colour: true,
  }),
  vvx('VVX 601', {
    accounts: 16,
    lineKeys: 16,
    modules: VVX_MODULE,
    firmware: ['5.8.2', '6.4.6'],
    colour: true,
  }),
  vvx('VVX 1500', { accounts: 6, lineKeys: 6, firmware: ['3.2.4.0244', '5.9.2'], colour: true }),
  trio('Trio 8300', { accounts: 1 }),
  trio('Trio 8500', { accounts: 1 }),
  trio('Trio 8800', { accounts: 1 }),
  edge('Edge E100', { accounts: 2, lineKeys: 2 }),
  edge('Edge E220', { accounts: 4, lineKeys: 4 }),
  edge('Edge E300', { accounts: 8, lineKeys: 8 }),
  edge('Edge E320', { accounts: 8, lineKeys: 8 }),
  edge('Edge E350', { accounts: 8, lineKeys: 8 }),
  edge('Edge E400', { accounts: 12, lineKeys: 12 }),
  edge('Edge E450', { accounts: 12, lineKeys: 12 }),
  edge('Edge E500', { accounts: 24, lineKeys: 24 }),
  edge('Edge E550', { accounts: 16, lineKeys: 16 }),
];
