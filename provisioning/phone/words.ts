export type Language = 'sv' | 'en';

export type Transport = 'udp' | 'tcp' | 'tls';
