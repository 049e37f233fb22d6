/** How long devices may ring, in seconds, as the tables check it. */
export const isRingTime = (seconds: number): boolean =>
  Number.isInteger(seconds) && seconds >= 5 && seconds <= 300;
