/** Of mod_commands, what the daemon and freeswitch-conf/ use; `system`, `bg_system` and the like stay out. */
export const ALLOWED_COMMANDS: readonly string[] = [
  'cond',
  'eval',
  'expand',
  'fsctl',
  'global_getvar',
  'hupall',
  'module_exists',
  'msleep',
  'originate',
  'reload',
  'reloadacl',
  'reloadxml',
  'sched_del',
  'sched_transfer',
  'show',
  'shutdown',
  'status',
  'strepoch',
  'strftime_tz',
  'uptime',
  'user_data',
  'user_exists',
  'uuid_bridge',
  'uuid_dump',
  'uuid_exists',
  'uuid_getvar',
  'uuid_hold',
  'uuid_kill',
  'uuid_setvar',
  'uuid_setvar_multi',
  'uuid_transfer',
  'version',
];

/**
 * What FreeSWITCH registers from 1.11.2 on (switch_loadable_module.c, `switch_loadable_module_interface_allowed`):
 * all else is «Command not found!» there, and is there as ever in older ones.
 */
export const ALLOWED_INTERFACES: readonly string[] = [
  'mod_dptools',
  'mod_dialplan_xml',
  'mod_sofia',
  'mod_voicemail',
  'mod_hash',
  'mod_valet_parking',
  'mod_event_socket',
  ...ALLOWED_COMMANDS.map((name) => `mod_commands.${name}.api`),
];
