/** Whose phones are told: all that subscribe to the account, or the one whose subscription is named. */
export interface FeatureSubscriber {
  readonly username: string;
  readonly domain: string;
  readonly subscription?: string | undefined;
}

/**
 * What has FreeSWITCH tell phones how their Do Not Disturb stands: the headers
 * of a `sendevent PHONE_FEATURE`.
 *
 * Source: mod_sofia.c, `general_event_handler` and `write_csta_xml_chunk`.
 */
export function doNotDisturbIs(
  on: boolean,
  { username, domain, subscription }: FeatureSubscriber,
): Readonly<Record<string, string>> {
  return {
    profile: 'vaxel',
    user: username,
    host: domain,
    ...(subscription === undefined ? {} : { 'call-id': subscription }),
    device: username,
    'Feature-Event': 'DoNotDisturbEvent',
    doNotDisturbOn: String(on),
  };
}
