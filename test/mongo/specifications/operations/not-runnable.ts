/** Something the runner or the driver lacks: the test says nothing of the store. */
export class NotRunnable extends Error {}
