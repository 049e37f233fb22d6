/** Counts that mod_voicemail speaks of, by its own words. */
export type MessageKind = 'new' | 'urgent-new' | 'saved';

/** Whole phrases, written by hand in each language. */
export type PhraseName =
  | 'refuse-unknown'
  | 'refuse-not-ringing'
  | 'refuse-busy'
  | 'refuse-no-answer'
  | 'refuse-no-trunk'
  | 'refuse-not-allowed'
  | 'refuse-emergency'
  | 'refuse-locked'
  | 'refuse-error'
  | 'mobile-confirm'
  | 'until'
  | 'status-set'
  | 'status-refused'
  | 'status-menu'
  | 'status-end'
  | 'press'
  | 'forward-on'
  | 'forward-off'
  | 'forward-refused'
  | 'to-voicemail'
  | 'recall-noted'
  | 'greeting'
  | 'record-message'
  | 'record-greeting'
  | 'record-name'
  | 'mailbox-full'
  | 'enter-mailbox'
  | 'wrong-mailbox'
  | 'enter-pin'
  | 'wrong-pin'
  | 'pin-changed'
  | 'pin-refused'
  | 'too-many-attempts'
  | 'goodbye'
  | 'hash'
  | 'star'
  | 'you-have'
  | `no-${MessageKind}`
  | `one-${MessageKind}`
  | `many-${MessageKind}`
  | 'over-99'
  | 'message-new'
  | 'message-saved'
  | 'today'
  | 'yesterday'
  | 'menu-new'
  | 'menu-saved'
  | 'menu-settings'
  | 'menu-exit'
  | 'settings-record-greeting'
  | 'settings-choose-greeting'
  | 'settings-record-name'
  | 'settings-change-pin'
  | 'settings-back'
  | 'recording-listen'
  | 'recording-save'
  | 'recording-again'
  | 'recording-urgent'
  | 'recording-continue'
  | 'message-again'
  | 'message-save'
  | 'message-delete'
  | 'message-email'
  | 'message-call-back'
  | 'message-forward'
  | 'forward-introduce'
  | 'forward-now'
  | 'forward-extension'
  | 'extension-unknown'
  | 'greetings-menu'
  | 'greetings-always'
  | 'greetings-busy'
  | 'greetings-no-answer'
  | 'greetings-activity'
  | 'greetings-temporary'
  | 'greetings-which'
  | 'greetings-until'
  | 'greetings-no-such'
  | 'greetings-back'
  | 'greeting-record'
  | 'greeting-remove'
  | 'recording-discard'
  | 'choose-greeting'
  | 'greeting-number'
  | 'greeting-selected'
  | 'greeting-standard-selected'
  | 'greeting-unknown'
  | 'too-short'
  | 'saved'
  | 'deleted'
  | 'emailed'
  | 'marked-urgent';

/** Words of the clock that some languages need and others do not. */
export type ClockWord = 'midnight' | 'noon' | 'am' | 'pm';

/**
 * One prompt for each value. The value is written as FreeSWITCH gives it to a
 * macro: `strftime` pads with a zero, a count does not.
 *
 * - `number`: 0 … 99
 * - `hour`: 00 … 23, `minute`: 01 … 59, as they are said after a date
 * - `weekday`: 1 (Monday) … 7, `day`: 01 … 31, `month`: 01 … 12, `year`: 2020 … 2049
 */
export type SeriesName = 'number' | 'hour' | 'minute' | 'weekday' | 'day' | 'month' | 'year';

/** A prompt, and its file without `.wav`. */
export type PromptName = PhraseName | ClockWord | `${SeriesName}-${string}`;
