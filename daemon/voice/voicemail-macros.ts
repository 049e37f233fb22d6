import { MESSAGE_KINDS, type Macro, type Rule, type Step } from './macro.ts';
import type { PhraseName } from './prompt-name.ts';

/** A key by its name: what comes after "tryck". */
export const KEY_MACRO: Macro = {
  name: 'vaxel_key',
  rules: [
    { pattern: '^#$', steps: [{ play: 'hash' }] },
    { pattern: '^\\*$', steps: [{ play: 'star' }] },
    { pattern: '^(\\d)$', steps: [{ play: 'number-$1' }] },
  ],
};

/**
 * Every macro that mod_voicemail 1.10.12 can play (`mod_voicemail.c`, the
 * defines that end in `_MACRO`), with the data it gives.
 *
 * A menu's data are its keys in the order of the module's own `key_buf`, so the
 * words follow the keys of voicemail.conf.
 */
export const VOICEMAIL_MACROS: Readonly<Record<VoicemailMacro, readonly Rule[]>> = {
  voicemail_hello: silent(),
  // Who leaves the mailbox for the greetings is not gone yet (freeswitch-conf/dialplan/mailbox.xml, `checked`).
  voicemail_goodbye: [{ of: 'vx_plan', pattern: '^mailbox$', steps: [] }, ...say('goodbye')],
  voicemail_abort: say('too-many-attempts'),
  voicemail_enter_id: say('enter-mailbox'),
  voicemail_enter_pass: say('enter-pin'),
  voicemail_fail_auth: say('wrong-pin'),
  voicemail_change_pass_success: say('pin-changed'),
  voicemail_change_pass_fail: say('pin-refused'),

  voicemail_play_greeting: say('greeting'),
  voicemail_record_message: say('record-message'),
  voicemail_record_greeting: say('record-greeting'),
  voicemail_record_name: say('record-name'),
  voicemail_disk_quota_exceeded: say('mailbox-full'),

  voicemail_message_count: [
    { pattern: `^0:${MESSAGE_KINDS}$`, steps: [{ play: 'you-have' }, { play: 'no-$1' }] },
    { pattern: `^1:${MESSAGE_KINDS}$`, steps: [{ play: 'you-have' }, { play: 'one-$1' }] },
    {
      pattern: `^([1-9]\\d?):${MESSAGE_KINDS}$`,
      steps: [{ play: 'you-have' }, { play: 'number-$1' }, { play: 'many-$2' }],
    },
    {
      pattern: `^\\d+:${MESSAGE_KINDS}$`,
      steps: [{ play: 'you-have' }, { play: 'over-99' }, { play: 'many-$1' }],
    },
  ],
  voicemail_say_message_number: [
    {
      pattern: '^(new|saved):([1-9]\\d?)$',
      steps: [{ play: 'message-$1' }, { play: 'number-$2' }],
    },
    { pattern: '^(new|saved):\\d+$', steps: [{ play: 'message-$1' }] },
  ],
  voicemail_say_number: [{ pattern: '^(0|[1-9]\\d?)$', steps: [{ play: 'number-$1' }] }],
  // The mailbox owner's zone (mod_voicemail copies `timezone` from the directory), the call's, the server's.
  voicemail_say_date: [
    {
      pattern: '^(\\d+)$',
      steps: [{ macro: 'vaxel_moment', data: '${vx_zone} ${timezone} $${vaxel_zone} $1' }],
    },
  ],
  // Both would read what a caller wrote, and FreeSWITCH would run `${…}` in it.
  voicemail_say_phone_number: silent(),
  voicemail_say_name: silent(),

  voicemail_menu: menu('menu-new', 'menu-saved', 'menu-settings', 'menu-exit'),
  voicemail_config_menu: menu(
    'settings-record-greeting',
    'settings-choose-greeting',
    'settings-record-name',
    'settings-change-pin',
    'settings-back',
  ),
  voicemail_record_file_check: menu('recording-listen', 'recording-save', 'recording-again'),
  voicemail_record_urgent_check: menu('recording-urgent', 'recording-continue'),
  // With an address to send to, a seventh part; without, the key for it is not mentioned.
  voicemail_listen_file_check: [
    keys(
      [
        'message-again',
        'message-save',
        'message-delete',
        'message-email',
        'message-call-back',
        'message-forward',
      ],
      ':.+$',
    ),
    keys([
      'message-again',
      'message-save',
      'message-delete',
      undefined,
      'message-call-back',
      'message-forward',
    ]),
  ],
  voicemail_forward_prepend: menu('forward-introduce', 'forward-now'),
  voicemail_forward_message_enter_extension: menu('forward-extension'),
  voicemail_invalid_extension: say('extension-unknown'),

  voicemail_choose_greeting: say('choose-greeting'),
  voicemail_choose_greeting_fail: say('greeting-unknown'),
  voicemail_greeting_selected: [
    { pattern: '^0?$', steps: [{ play: 'greeting-standard-selected' }] },
    {
      pattern: '^([1-9])$',
      steps: [{ play: 'greeting-number' }, { play: 'number-$1' }, { play: 'greeting-selected' }],
    },
  ],
  voicemail_ack: [
    { pattern: '^too-small$', steps: [{ play: 'too-short' }] },
    { pattern: '^saved$', steps: [{ play: 'saved' }] },
    { pattern: '^deleted$', steps: [{ play: 'deleted' }] },
    { pattern: '^emailed$', steps: [{ play: 'emailed' }] },
    { pattern: '^marked-urgent$', steps: [{ play: 'marked-urgent' }] },
  ],
};

export type VoicemailMacro =
  | 'voicemail_hello'
  | 'voicemail_goodbye'
  | 'voicemail_abort'
  | 'voicemail_enter_id'
  | 'voicemail_enter_pass'
  | 'voicemail_fail_auth'
  | 'voicemail_change_pass_success'
  | 'voicemail_change_pass_fail'
  | 'voicemail_play_greeting'
  | 'voicemail_record_message'
  | 'voicemail_record_greeting'
  | 'voicemail_record_name'
  | 'voicemail_disk_quota_exceeded'
  | 'voicemail_message_count'
  | 'voicemail_say_message_number'
  | 'voicemail_say_number'
  | 'voicemail_say_date'
  | 'voicemail_say_phone_number'
  | 'voicemail_say_name'
  | 'voicemail_menu'
  | 'voicemail_config_menu'
  | 'voicemail_record_file_check'
  | 'voicemail_record_urgent_check'
  | 'voicemail_listen_file_check'
  | 'voicemail_forward_prepend'
  | 'voicemail_forward_message_enter_extension'
  | 'voicemail_invalid_extension'
  | 'voicemail_choose_greeting'
  | 'voicemail_choose_greeting_fail'
  | 'voicemail_greeting_selected'
  | 'voicemail_ack';

function say(phrase: PhraseName): readonly Rule[] {
  return [{ steps: [{ play: phrase }] }];
}

function silent(): readonly Rule[] {
  return [{ steps: [] }];
}

function menu(...choices: readonly PhraseName[]): readonly Rule[] {
  return [keys(choices)];
}

/** One key for each choice, parted by colons; a choice may be left unsaid. */
function keys(choices: readonly (PhraseName | undefined)[], end = '$'): Rule {
  return {
    pattern: `^${choices.map(() => '([0-9#*])').join(':')}${end}`,
    steps: choices.flatMap((choice, index): Step[] =>
      choice === undefined
        ? []
        : [{ play: choice }, { macro: KEY_MACRO.name, data: `$${index + 1}` }],
    ),
  };
}
