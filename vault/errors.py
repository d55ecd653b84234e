"""Every way in which certvault refuses or fails: one tree, one exit code a branch.

An error is a class with an exit code, a sentence and a hint. Both are message ids of the text catalogue with
named fields in braces (``{host}``); the fields are keyword arguments and stand, except where a name begins
with ``_``, in the JSON form of the error too. No field ever holds a secret. ``cli.render`` prints errors, and
nothing else does.

The codes::

    0 done            1 a fault of ours   2 usage             3 cannot unlock      4 no vault
    5 damaged, newer  6 not found         7 ambiguous         8 partly done        9 wrong PIN
   10 no usable pair  11 link not allowed or gone             12 page not understood
   13 not reachable  14 outcome unknown  15 would overwrite  16 busy              17 no room or failing disk
"""

from __future__ import annotations

import re
from typing import ClassVar, Self


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name for "translate this later"
    """Mark a text for the catalogue without translating it here."""
    return text


class Phrase(str):  # noqa: SLOT000 - it is the fields that make it a phrase
    """A part of a sentence with fields of its own: reads in English as it is, and can be translated."""

    template: str
    fields: dict[str, object]

    def __new__(cls, template: str, **fields: object) -> Self:
        """The English text of ``template`` with its braces filled."""
        phrase = super().__new__(cls, filled(template, fields))
        phrase.template = template
        phrase.fields = fields
        return phrase


class CertvaultError(Exception):
    """The root of the tree. ``fields`` fill the braces of ``sentence`` and ``hint``."""

    code: ClassVar[int] = 1
    sentence: str = N_("Something went wrong inside certvault: {what}.")
    hint: str = ""

    def __init__(self, sentence: str | None = None, *, hint: str | None = None, **fields: object) -> None:
        super().__init__()
        if sentence is not None:
            self.sentence = sentence
        if hint is not None:
            self.hint = hint
        self.fields = fields

    @classmethod
    def kind(cls) -> str:
        """The error's name in JSON: the class name in kebab case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()

    def __str__(self) -> str:
        return filled(self.sentence, self.fields)


def filled(text: str, fields: dict[str, object]) -> str:
    """``text`` with its braces filled; a field that is missing stays visible as its name."""
    return re.sub(r"\{(\w+)\}", lambda m: str(fields.get(m[1], m[0])), text)


# 1 ------------------------------------------------------------------------------------------------------------


class Fault(CertvaultError):
    """A fault of ours: a state that the program believed impossible."""

    hint = N_("Please report this, with what you did before.")


# 2 ------------------------------------------------------------------------------------------------------------


class Usage(CertvaultError):
    """The call itself is wrong: an option, a value, a combination."""

    code = 2
    sentence = N_("{what}")


class NotAFolder(Usage):
    """A file lies where a folder is to be."""

    sentence = N_("{path} is a file, and not a folder.")
    hint = N_("Name a folder; one that is not there is made.")


class BadPin(Usage):
    """A PIN that cannot be one, told before anything is tried. ``why`` never quotes it."""


class PinMayNotChange(Usage):
    """A new PIN for a copy that is of no use with any but its own. ``title`` is the software's name."""

    sentence = N_("{title} wants the file as its issuer made it: its PIN cannot be another one.")
    hint = N_("Leave out --new-pin. The PIN of the pair shows certvault pin.")


class PinNotTaken(Usage):
    """A PIN that a software does not take as a password. ``why`` never quotes it."""

    sentence = N_("{title} would not take this PIN: {why}.")
    hint = N_("Write a copy with another PIN: --new-pin")


class ClipboardNotThere(Usage):
    """The clipboard cannot be read or written."""

    sentence = N_("The clipboard cannot be used: {why}.")
    hint = N_("Save the mail as a file, or paste it on standard input with -.")


class NothingToAdd(Usage):
    """Folders without a certificate file in them."""

    sentence = N_("There is no .p12 or .pfx file there.")
    hint = N_("Name the files themselves if they are called otherwise.")


class NoPinColumn(Usage):
    """A list of PINs in which nothing can be one."""

    sentence = N_("In this list no column with PINs was found.")
    hint = N_("Write titles into its first line, for example: Datei;Inhaber;PIN")


class DamagedPin(Usage):
    """A PIN of a list that a spreadsheet changed. It is never guessed what it was. ``why`` does not quote it."""

    sentence = N_("The PIN on this line cannot be used: {why}.")
    hint = N_(
        "Format the column as text, and type the PIN again. If it is right as it stands, give it by itself: certvault "
        "fetch LINK, certvault add FILE."
    )


class NoPinGiven(Usage):
    """A PIN is needed, and there is no terminal to ask on."""

    sentence = N_("The PIN is missing, and there is no terminal to ask on.")
    hint = N_("Give it on standard input with --pin-stdin.")


class ProviderUnclear(Usage):
    """Nothing says which provider a file comes from."""

    sentence = N_("It is not clear which provider this certificate comes from.")
    hint = N_("Say --provider NAME; there are: {providers}.")


class HolderUnclear(Usage):
    """Nobody said whose certificate it is, and it names nobody itself."""

    sentence = N_("The certificate names nobody, so it is not clear whose it is.")
    hint = N_("Say --holder NAME.")


class ConfirmationNeeded(Usage):
    """A person has to say yes, and there is no terminal to ask on."""


class OtherProvider(Usage):
    """``--supersedes`` names a pair of another provider."""

    sentence = N_("Pair {pair} is one of {other}, the new certificate is one of {provider}.")
    hint = N_("A pair takes the place of one of the same provider only.")


class KeysWouldComeAlive(Usage):
    """Keys in a backup would open the vault again, and a person has to say yes. ``keys`` lists them."""

    sentence = N_("With this backup {count} keys would open the vault: {names}.")
    hint = N_("Nothing was changed. If they may, say --accept-keys; one that should be gone can be removed afterwards.")


class NotPutAway(Usage):
    """``purge`` names a pair that is current, or of which no event says since when it is not."""

    sentence = N_("Pair {pair} is {state} and cannot be deleted.")
    hint = N_("Only what is superseded or retired is deleted: see certvault list --all.")


class PutAwayTooLately(Usage):
    """``purge`` names a pair whose retention time is not over."""

    sentence = N_("Pair {pair} is {state} since {date} and is kept for a while yet.")
    hint = N_("To delete it all the same: certvault purge {pair} --older-than 0")


class SuccessorOf(Usage):
    """``purge`` names a pair that took the place of another one which stays."""

    sentence = N_("Pair {pair} took the place of one that stays: {others}.")
    hint = N_("Delete that one as well, or first.")


class PinWithoutFile(Usage):
    """``fetch`` names a PIN that waits: of its own it is nothing that could be fetched."""

    sentence = N_("{link} is a PIN that waits for its link or file.")
    hint = N_("Take in the mail: certvault ingest MAIL. Then: certvault fetch")


class NotCurrent(Usage):
    """``--supersedes`` names a pair that is not current."""

    sentence = N_("Pair {pair} is {state} and cannot be superseded.")
    hint = N_("Only a current pair can be superseded: see certvault list.")


class PutAwayAlready(Usage):
    """``retire`` names a pair that is not current."""

    sentence = N_("Pair {pair} is {state} already.")
    hint = N_("Nothing was changed. Only a current pair can be retired: see certvault list.")


class NoChannel(Usage):
    """``remind`` where the configuration names no way to tell anybody."""

    sentence = N_("No way to tell anybody is configured.")
    hint = N_("Say in your configuration file how people are told: certvault help reminders")


class NobodyToTell(Usage):
    """``remind --test`` where the setting ``office`` is empty."""

    sentence = N_("Nobody is named who could get a mail.")
    hint = N_("Name the office: certvault config set office ADDRESS")


class NotDue(Usage):
    """``ack`` names what nobody is told of: a pair that is put away, a link that is used up or discarded."""

    sentence = N_("Nobody is told of {id}: it is put away, used up or discarded.")
    hint = N_("Nothing was changed. What needs somebody: certvault due --all")


class NothingToNote(Usage):
    """``ack`` names what is not due: a certificate in good time, a backup that is not missing."""

    sentence = N_("Nothing is due of {about}, so there is nothing to take note of.")
    hint = N_("Nothing was changed. What needs somebody: certvault due")


class CurrentAlready(Usage):
    """``reinstate`` names what was never put away."""

    sentence = N_("{name} was neither put away nor discarded.")
    hint = N_("Nothing was changed. What was put away: certvault list --all; what was discarded: certvault links --all")


class LinkSettled(Usage):
    """``assign`` or ``discard`` names a link from which a pair came."""

    sentence = N_("A certificate came of link {link}: it is settled.")
    hint = N_("Correct the certificate itself: certvault assign or certvault retire.")


class NotPrintable(Usage):
    """A letter would show a PIN otherwise than it is typed."""

    sentence = N_("The PIN has characters in it that cannot be printed.")
    hint = N_("Show it on the terminal, with names for what is not seen: certvault pin PAIR --spell")


class PinBeside(Usage):
    """A PIN would be written where what it opens lies, or the other way round."""

    sentence = N_("PIN and certificate would lie in one folder, with {path}.")
    hint = N_("Nothing was written. Name another folder, best on another medium; or say --same-folder.")


class NothingToAsk(Usage):
    """``request`` names what is settled or put away."""

    sentence = N_("For {name} there is nothing to ask for: it is settled or put away.")
    hint = N_("What can be asked for: certvault list, certvault links")


class SuccessionCrosses(Usage):
    """A pair cannot move away from the one that it superseded, or that superseded it."""

    sentence = N_("Pair {pair} took the place of {old}, which is another's: it cannot be moved alone.")
    hint = N_("First undo that: certvault reinstate {old}")


class AddressTaken(Usage):
    """A mail address belongs to one holder."""

    sentence = N_("The address {address} is that of {holder} already.")
    hint = N_("If both are the same: certvault holders merge. Else take it away there: certvault holders edit --remove")


class BadHolder(Usage):
    """A name, address, number or tag that cannot be one. ``why`` says what is wrong with it."""

    sentence = N_("{field} cannot be taken: {why}.")


class BadTarget(Usage):
    """A place cannot be called so. ``why`` says what is wrong with the name."""

    sentence = N_("A place cannot be called so: {why}.")


class NotOfHolder(Usage):
    """``targets confirm --pair`` names a pair of somebody else than of the place."""

    sentence = N_("Pair {pair} is not one of {holder}, whose place that is.")
    hint = N_("Nothing was changed. If it should be: certvault assign")


class SeparateNeedsPurpose(Usage):
    """``--separate`` without a purpose that tells the two apart."""

    sentence = N_("A separate pair needs a purpose of its own.")
    hint = N_("Say for example: --separate --purpose 'second agency number'")


class LastKey(Usage):
    """Without this key nobody could open the vault any more."""

    sentence = N_("The key {name} is the last one that opens the whole vault: it stays.")
    hint = N_("Add another first: certvault keys add passphrase --name NAME")


class NotAPassphrase(Usage):
    """A key that has no passphrase to change."""

    sentence = N_("The key {name} has no passphrase that could be changed.")
    hint = N_("Add a new key and remove this one: certvault keys add, certvault keys remove")


class PassphraseTaken(Usage):
    """A new passphrase that opens the vault already: that of some key, or a recovery code."""

    sentence = N_("That opens the vault already: it is the passphrase of a key, or the recovery code.")
    hint = N_("Take another. Each key has a passphrase of its own, so that the audit log can tell who it was.")


class UnknownKey(Usage):
    """A key of a kind that a later certvault made: what it opens is not known, so it cannot be sealed anew."""

    sentence = N_("The key {name} is of a kind that this certvault does not know ({kind}).")
    hint = N_("Update certvault on this machine, or remove that key. Nothing was changed.")


class FileUnusable(Usage):
    """A file named by hand that is a folder, a device, too large, or not readable. ``why`` says which."""

    sentence = N_("The file {path} cannot be read: {why}.")


class SourceNotReadable(Usage):
    """A mail or text that is too large, too deeply nested, or no text at all. ``why`` says which."""

    sentence = N_("This cannot be read as a mail or text: {why}.")
    hint = N_("Save the mail as .eml, or copy its text.")


class MailPasswordMissing(Usage):
    """A mailbox wants a password, and there is no terminal to ask on."""

    sentence = N_("The password of {account} is missing, and there is no terminal to ask on.")
    hint = N_("Keep it once, on a terminal: certvault ingest {account} --remember-password")


class ConfigurationUnusable(Usage):
    """The user's own configuration file breaks a rule, or is not the user's own. ``why`` says which."""

    sentence = N_("The configuration {path} cannot be used: {why}.")
    hint = N_("Put that right, or move it away if nobody needs it; then run the command again.")


class TokenCommandFailed(Usage):
    """The command of the configuration that should print a token did not."""

    sentence = N_("The command that gives the token for {owner} failed: {why}.")
    hint = N_("Run it yourself: it stands in {path}.")


class SchedulerUnusable(Usage):
    """What starts jobs on this system is not there, or refuses. ``why`` says which."""

    sentence = N_("{system} cannot be used: {why}.")


class NotOffered(Usage):
    """A certificate store into which certvault does not install on this machine. ``what`` is the sentence."""

    sentence = N_("{what}")


class NotInstalled(Usage):
    """The program of a certificate store did not take the pair. ``why`` is what it says."""

    sentence = N_("The certificate was not installed: {why}.")
    hint = N_("Nothing else was changed. By hand: certvault export, then open the file there.")


class StoreLocked(Usage):
    """A certificate database with a primary password, which was not given or is another."""

    sentence = N_("The certificate database in {path} has a primary password, which is missing here or is another.")
    hint = N_("Say --primary-password, and type it when you are asked.")


class MoveNotPossible(Usage):
    """A mail server that can neither move mails nor delete a single one."""

    sentence = N_("{host} cannot move single mails.")
    hint = N_("Say --flag in place of --move-to. Nothing was changed.")


class TableNotReadable(Usage):
    """A CSV file that is none, or beyond all bounds. ``why`` says which, without repeating what stands in it."""

    sentence = N_("This cannot be read as a table: {why}.")
    hint = N_("In the spreadsheet: save as, CSV UTF-8.")


class ProfileInvalid(Usage):
    """A profile of a provider or a target that breaks a rule. ``line``, ``column`` and ``key`` name the place of the
    first of all ``mistakes``."""

    sentence = N_("The profile {file} cannot be used: line {line}, {key}: {why}.")
    hint = N_(
        "Correct it, or move it away if nobody needs it. All that is wrong in it: certvault {_command} check {file}"
    )


class ProfileHasMistakes(ProfileInvalid):
    """What a check of a profile ends with; ``mistakes`` are all of them."""

    sentence = N_("The profile {file} cannot be used; mistakes: {count}.")
    hint = ""


# 3 ------------------------------------------------------------------------------------------------------------


class CannotUnlock(CertvaultError):
    """The vault stays closed."""

    code = 3


class NoKeyGiven(CannotUnlock):
    """No source for the passphrase, and no terminal to ask on."""

    sentence = N_("The vault is locked, and there is no terminal to ask for the passphrase.")
    hint = N_("Give --passphrase-file FILE or set CERTVAULT_PASSPHRASE_FILE.")


class WrongPassphrase(CannotUnlock):
    """No slot opens with this passphrase."""

    sentence = N_("This passphrase opens no key of the vault.")
    hint = N_(
        "Mind capitals and the keyboard layout. The recovery code is taken too. Lost: certvault help passphrase-lost"
    )


class WrongRecoveryCode(CannotUnlock):
    """A well-formed recovery code of another vault, or one whose slot is gone."""

    sentence = N_("This recovery code is well-formed, but does not belong to this vault.")
    hint = N_("Compare the vault's id on the sheet with certvault keys list. More: certvault help recovery-lost")


class RecoveryCodeMistyped(CannotUnlock):
    """A recovery code whose checksum does not fit: a typing error."""

    sentence = N_("The recovery code has a typing error in it: its checksum does not fit.")
    hint = N_("Type it again, group by group. Upper and lower case do not matter.")


class TooLittleMemory(CannotUnlock):
    """The machine cannot spare what trying a passphrase takes."""

    sentence = N_("This machine has too little free memory to try a passphrase: {mebibytes} MiB are needed.")
    hint = N_("Close other programs. The recovery code and a watch key need no such memory.")


class KeyringUnusable(CannotUnlock):
    """The keyring of the system is locked, absent, silent, or none that keeps a secret. ``why`` says which."""

    sentence = N_("The keyring of this machine cannot be used: {why}.")
    hint = N_("Type the passphrase, give --passphrase-file FILE, or set CERTVAULT_PASSPHRASE_FILE.")


class WrongKeyringKey(CannotUnlock):
    """What lies in the keyring for this vault does not open it."""

    sentence = N_("The key in the keyring of this machine does not open the vault.")
    hint = N_("Give --passphrase-file FILE; then remove the keyring key and add a new one.")


class WrongWatchKey(CannotUnlock):
    """The watch key file opens no slot of this vault."""

    sentence = N_("The watch key file {path} opens no key of the vault.")
    hint = N_("Make a new one: certvault keys add watch --watch-key-file FILE")


class WatchKeyOpensNoPair(CannotUnlock):
    """Only the watch key is at hand, and the command needs the root key."""

    sentence = N_("A watch key opens no pair: this command needs the passphrase.")
    hint = N_("Run it without --watch-key-file, on a terminal or with --passphrase-file FILE.")


class KeyFileUnusable(CannotUnlock):
    """A passphrase or key file that is missing, empty or open to others."""

    sentence = N_("The file {path} cannot be used as a key: {why}.")
    hint = N_("It must be a file of your own that nobody else may read.")


class Exposed(CannotUnlock):
    """A file or the folder of the vault that others may read or change."""

    sentence = N_("Others may read or change {path}: its mode is {mode}.")
    hint = N_("Close it: {command}")


class NotAllowed(CannotUnlock):
    """A file or the folder of the vault that the system's rights close to whoever runs the program."""

    sentence = N_("You may not read {path}.")
    hint = N_("It belongs to {owner}. Who shall share a vault, and how: certvault init --help")


class OnNetworkDrive(CannotUnlock):
    """A vault's folder on another machine's disk, where locks and the order of writes cannot be relied upon."""

    sentence = N_("{path} lies on a network drive ({kind}), where a vault can be torn.")
    hint = N_("Keep it on a disk of this machine. Several people work with it there: by remote desktop, or over SSH.")


# 4 ------------------------------------------------------------------------------------------------------------


class NoVault(CertvaultError):
    """There is no vault in the folder."""

    code = 4
    sentence = N_("There is no vault in {path}.")
    hint = N_("Create one with: certvault init")


# 5 ------------------------------------------------------------------------------------------------------------


class Damaged(CertvaultError):
    """What is stored is not what was written. Nothing is changed any more."""

    code = 5
    sentence = N_("The vault in {path} is damaged: {what}.")
    hint = N_(
        "Nothing was changed. Keep a copy of the folder and go back to the last backup: certvault help vault-damaged"
    )


class NotACertvault(Damaged):
    """A file that is there, but was never a vault: plain SQLite, or something else."""

    sentence = N_("{path} is not a certvault database: {what}.")


class LockUnusable(Damaged):
    """Something else stands in the place of the file on which a vault is locked."""

    sentence = N_("{path} cannot be locked: {why}.")
    hint = N_("Nothing was changed. Move it away; certvault makes a new one.")


class NewerVersion(Damaged):
    """Written by a later certvault."""

    sentence = N_("The vault was written by a newer certvault (format {found}, this one knows {known}).")
    hint = N_("Update certvault on this machine. Nothing was changed.")


class SlotsDamaged(Damaged):
    """``keyslots.json`` is missing, unreadable, or not the one that was written."""

    sentence = N_("The key file {path} is damaged: {what}.")


class SchemaChanged(Damaged):
    """Tables, triggers or indexes are not the program's: somebody changed the database by hand."""

    sentence = N_("The database {path} has rules that are not certvault's own: {what}.")


class Unsound(Damaged):
    """What ``doctor`` looked at has damage, which it has told."""

    sentence = N_("Something in the vault is damaged; findings: {count}.")
    hint = N_("Change nothing until that is settled. What to do: certvault help vault-damaged")


class SettingChanged(Damaged):
    """A setting that was not written by somebody with the root key."""

    sentence = N_("The setting {name} was changed past certvault.")
    hint = N_("Set it again: certvault config set {name} VALUE")


class PairDiffers(Damaged):
    """What the register says of a pair is not what was sealed. Names both."""

    sentence = N_("Pair {pair}: the register says {field} is {row}, the sealed record says {sealed}.")
    hint = N_("Somebody changed the register. Do not hand this pair out; compare with a backup.")


class PairDamaged(Damaged):
    """A sealed record that does not open."""

    sentence = N_("Pair {pair} does not open: its sealed record or a column of its row was changed.")
    hint = N_("Do not hand this pair out; go back to a backup: certvault help vault-damaged")


class PairNotOpened(Damaged):
    """A pair whose file, which was proven when it was stored, does not open with its PIN. ``why`` says how."""

    sentence = N_("{why} That is the file of pair {pair}.")
    hint = N_("Nothing was changed. Compare this pair with a backup.")


class ParkedDamaged(Damaged):
    """A file that waits with a link for its PIN, and does not open."""

    sentence = N_("The file kept with link {link} does not open: it was changed, or belongs to another link or vault.")
    hint = N_("Fetch it again, or ask the provider for a new link.")


class LogContradicts(Damaged):
    """The audit log contradicts itself, the register or a witness. Each contradiction is told before."""

    sentence = N_("The audit log or the register was changed past certvault; contradictions: {count}.")
    hint = N_(
        "Change nothing. Compare with a backup and a head noted elsewhere. Who can do this: certvault help threat-model"
    )


class BackupDamaged(Damaged):
    """A backup file that is not what was written."""

    sentence = N_("The backup {path} is damaged: {what}.")
    hint = N_("Nothing was changed. Take another backup, if there is one.")


class NotABackup(Damaged):
    """A file named by hand that never was a backup."""

    sentence = N_("{path} is not a backup of certvault.")
    hint = N_("Nothing was changed. Name a file that certvault backup wrote.")


# 6, 7, 8 ------------------------------------------------------------------------------------------------------


class NotFound(CertvaultError):
    """Nothing answers to the name."""

    code = 6
    sentence = N_("Nothing here answers to {name}.")
    hint = N_("See certvault links for links and certvault list for pairs.")


class NothingToExport(NotFound):
    """No current pair is one of those that were asked for."""

    sentence = N_("There is no such certificate to hand out.")
    hint = N_("See what is there: certvault list")


class NothingScheduled(NotFound):
    """No scheduler of this system knows a job for this vault."""

    sentence = N_("No job is scheduled for this vault.")
    hint = N_("Schedule it: certvault schedule install --watch-key-file FILE")


class NoSuchFile(NotFound):
    """A file named by hand that is not there."""

    sentence = N_("There is no file {path}.")
    hint = N_("Check the path and the spelling of the name.")


class NoStore(NotFound):
    """There is no certificate database in the folder."""

    sentence = N_("There is no certificate database in {path}.")
    hint = N_(
        "Name the folder of the Firefox profile, which about:profiles shows there, with --to DIR. Or make a database: "
        "certutil -N -d sql:DIR"
    )


class NoSuchMailFolder(NotFound):
    """The mail server has no such folder, or shows it to another user only."""

    sentence = N_("{host} has no folder {folder} for this user.")
    hint = N_("These are there: {folders}")


class ProviderUnknown(NotFound):
    """No profile answers to the name."""

    sentence = N_("There is no provider {name}.")
    hint = N_("The providers are: {providers}.")


class TargetProfileUnknown(NotFound):
    """No target profile answers to the name. ``near`` are those that were perhaps meant."""

    sentence = N_("There is no target profile {name}.")
    hint = N_("There are: {targets}.")
    meant = N_("Did you mean {_near}? There are: {targets}.")


class NoSuchPlace(NotFound):
    """No place of installation answers to the name."""

    sentence = N_("No place of installation answers to {name}.")
    hint = N_("Which there are: certvault targets list. A new one: certvault targets add NAME --for SOFTWARE")


class NoSuchKey(NotFound):
    """No key answers to the name."""

    sentence = N_("There is no key {name}.")
    hint = N_("See certvault keys list.")


class NoSuchTopic(NotFound):
    """No topic of ``certvault help`` and no command answers to the name."""

    sentence = N_("There is no help on {name}.")
    hint = N_("The topics: certvault help. A command: certvault COMMAND --help")


class NothingInside(NotFound):
    """A source named by hand holds no download link and no certificate file."""

    sentence = N_("No download link of a known provider and no certificate file was found in it.")
    hint = N_("Save the original mail as a file (.eml) and take that in.")


class NothingAsked(NotFound):
    """``request --withdraw`` names what was never asked for."""

    sentence = N_("Nothing was asked for in place of {name}.")
    hint = N_("Nothing was changed. What was asked for: certvault audit")


class NoPinWaits(NotFound):
    """``--waiting-pin`` where no PIN waits, or more than one. ``count`` says how many."""

    sentence = N_("Of the PINs that wait, {count} can be the one for {link}; it must be exactly one.")
    hint = N_("Without --waiting-pin the PIN is asked for. What waits: certvault links")


class Ambiguous(CertvaultError):
    """Several answer. ``candidates`` is a list of dictionaries with at least an ``id``."""

    code = 7
    sentence = N_("{name} is not unique.")
    hint = N_("Name one by its id.")


class PlacesUnclear(Ambiguous):
    """Several places of installation answer."""

    sentence = N_("Several places are meant by {name}.")
    hint = N_("Nothing was changed. Name them by their ids, or say --all.")


class SeveralStores(Ambiguous):
    """Several Firefox profiles are there, and nothing says which one is meant."""

    sentence = N_("There are several Firefox profiles here: {paths}.")
    hint = N_("Name the folder of one: --to DIR")


class LinkUnclear(Ambiguous):
    """A row of a list of PINs does not say which link it is for. ``why`` quotes nothing of it."""

    sentence = N_("It is not clear which link this row is for: {why}.")
    hint = N_("Write the list with: certvault links --xlsx FILE. It names each link by its id.")


class TopicUnclear(Ambiguous):
    """Several topics of ``certvault help`` answer to the name."""

    sentence = N_("Several topics answer to {name}: {topics}.")
    hint = N_("Name one of them.")


class SameHolder(Ambiguous):
    """A new name is close to one that is known, and a person must say whether both are the same."""

    sentence = N_("{name} may be a holder who is here already.")
    hint = N_("If it is the same, name him by his id; if it is another, say --new.")


class LineageUnclear(Ambiguous):
    """A person must say whether the new pair replaces one or stands beside it."""

    sentence = N_("The holder already has a current pair at this provider; it is unclear whether this one replaces it.")
    hint = N_("Say --supersedes PAIR, or --separate --purpose TEXT.")


class OlderThanCurrent(LineageUnclear):
    """The certificate is older than the one whose place it would take."""

    sentence = N_("This certificate is older than the current pair {pair} and does not take its place by itself.")
    hint = N_("If it shall, say --supersedes {pair}.")


class UnaskedSuccessor(LineageUnclear):
    """A certificate out of a mail would take the place of one in the vault, and nobody has said that it may."""

    sentence = N_(
        "This certificate came by mail. It is issued by {issuer} and would take the place of pair {pair}, which is"
        " issued by {other}."
    )
    hint = N_("Ask whoever sent it. If it shall, say --supersedes {pair}.")


class KeyNameTaken(Ambiguous):
    """Each key has a name of its own: it says in the audit log who it was."""

    sentence = N_("There is a key {name} already.")
    hint = N_("Choose another name with --name NAME.")


class KeyUnclear(Ambiguous):
    """There are several passphrases, and nothing says which one to change."""

    sentence = N_("The vault has several passphrases, and it was not opened with one of them.")
    hint = N_("Say whose it is: certvault keys change-passphrase NAME")


class PartlyDone(CertvaultError):
    """Some of several went wrong; the others are done."""

    code = 8
    sentence = N_("Not done: {failed} of {total}.")


class FirstRunFailed(PartlyDone):
    """A job is installed, and its first run did not end well. ``said`` is what it wrote, cleaned."""

    sentence = N_("The job is installed, but its first run ended with code {status}: {said}.")
    hint = N_("Put that right, and run it once more: certvault schedule install")


# 9 ------------------------------------------------------------------------------------------------------------


class WrongPin(CertvaultError):
    """The file's own MAC (or its key's encryption) says that this PIN is not its PIN."""

    code = 9
    sentence = N_("Wrong PIN: the file does not open with it.")
    hint = N_("Upper and lower case matter. Each certificate has a PIN of its own. More: certvault help pin-wrong")


class NoPinFits(WrongPin):
    """No PIN of the list opens this file."""

    sentence = N_("No PIN in the list opens this file.")
    hint = N_("Upper and lower case matter, and a zero in front that a spreadsheet dropped: format the column as text.")


class PinRefused(WrongPin):
    """The portal says that the PIN is wrong. ``text`` is what it says, cleaned."""

    sentence = N_("{host} refused the PIN.")
    hint = N_("Upper and lower case matter. The PIN came by SMS with this very link. More: certvault help pin-wrong")


class PinOfOlderPair(WrongPin):
    """A new certificate always brings a new PIN: this one belongs to an older pair."""

    sentence = N_("That is the PIN of an older certificate of {holder}. It was not sent.")
    hint = N_("A new certificate always brings a new PIN: look for the newest SMS.")


class PassphraseAsPin(WrongPin):
    """The vault's own passphrase was typed where a PIN was asked."""

    sentence = N_("That is the passphrase of the vault, not a PIN. It was not sent.")
    hint = N_("Type the PIN that came by SMS.")


class ParkedFileNeedsPin(WrongPin):
    """The portal took the PIN and gave the file, but the file does not open with it. It is kept."""

    sentence = N_("{host} took the PIN and sent the file, but the file does not open with it.")
    hint = N_("Nothing is lost: the file is kept sealed. Try another PIN: certvault fetch {link}")


# 10 -----------------------------------------------------------------------------------------------------------


class NoUsablePair(CertvaultError):
    """The file holds no pair that could be stored."""

    code = 10


class NotPkcs12(NoUsablePair):
    """Something else: ``is_a`` says what, ``hint`` the line that would convert it."""

    sentence = N_("This is not a PKCS#12 file, but {is_a}.")
    hint = N_("Ask for the certificate as a .p12 or .pfx file.")


class FileDamaged(NoUsablePair):
    """A PKCS#12 that is cut short or changed."""

    sentence = N_("This PKCS#12 file is damaged: {what}.")
    hint = N_("Download it once more, or ask for it again.")


class NoPrivateKey(NoUsablePair):
    """Certificates only."""

    sentence = N_("The file holds no private key, so nobody could log in with it.")
    hint = N_("Ask the issuer for the PKCS#12 with the private key.")


class NoCertificate(NoUsablePair):
    """A private key without a certificate that fits it."""

    sentence = N_("The file holds a private key, but no certificate that belongs to it.")
    hint = N_("Ask the issuer for the complete PKCS#12.")


class KeyDoesNotFit(NoUsablePair):
    """The private key is not the one of the end-entity certificate."""

    sentence = N_("The private key does not belong to the certificate.")
    hint = N_("Ask the issuer for a new file.")


class SeveralCertificates(NoUsablePair):
    """More than one private key with a certificate, or certificates of different holders: which one is the pair?"""

    sentence = N_("The file holds {keys} private keys, each with a certificate of its own: {names}.")
    hint = N_(
        "Ask the issuer for one file per certificate, or import it in Windows or Firefox and export each certificate"
        " with its private key to a file of its own."
    )


class AnyPinOpens(NoUsablePair):
    """Neither MAC nor encryption of the key: the file proves nothing about the PIN."""

    sentence = N_("Any PIN opens this file, so it cannot be proven that this one belongs to it.")
    hint = N_("Fetch it by its link, or ask the issuer for a file that is protected by the PIN.")


class BeyondUs(NoUsablePair):
    """Sound by its own MAC, but made with something that the crypto library does not know."""

    sentence = N_("The PIN is right, but the file uses something that certvault cannot read: {what}.")
    hint = N_("Ask the issuer for the file in the older (3DES) or the modern (AES) flavour.")


class SameCertificateOtherPin(NoUsablePair):
    """The certificate is stored already, with the PIN that was proven then."""

    sentence = N_("This very certificate is in the vault already, with another PIN: pair {pair}.")
    hint = N_("The stored PIN was proven with its file. See it with: certvault show {pair}")


class TooCostly(NoUsablePair):
    """The file asks for more work, memory or size than a certificate ever needs."""

    sentence = N_("The file was refused before it was opened: {what}.")
    hint = N_("A certificate never needs that. Ask the issuer for a new file.")


# 11, 12, 13, 14 -----------------------------------------------------------------------------------------------


class LinkNotUsable(CertvaultError):
    """The link is not allowed, or its file is gone."""

    code = 11


class LinkNotAllowed(LinkNotUsable):
    """A URL that is not exactly what the provider's profile allows. ``why`` names the rule."""

    sentence = N_("This link is not one of {provider}: {why}.")
    hint = N_("Nothing was opened. Compare the link with the original mail.")


class LinkUnreadable(LinkNotUsable):
    """A provider's link mail in which no link was found: a mail gateway rewrote it, or it was cut off."""

    sentence = N_("This is a link mail of {provider}, but its link is missing or was rewritten.")
    hint = N_("Have the original mail attached to a new one, or the link sent as text.")


class ProviderNotTrusted(LinkNotUsable):
    """A profile of the user's own leads to places that no person with the root key has looked at and trusted."""

    sentence = N_("Nothing is fetched from {provider}: its profile leads to places that nobody has trusted yet.")
    hint = N_("Look at them, and trust them once: certvault providers trust {name}")


class SenderInDoubt(LinkNotUsable):
    """The mail of a link was written by somebody else, or its sender was forged as the agency's mail server found."""

    sentence = N_("The mail of this link is not surely from {provider}; its sender is {sender}.")
    hint = N_("Compare it with the original mail, or ask the holder. If it is right, say --trust.")


class RedirectNotAllowed(LinkNotUsable):
    """The portal sends the browser elsewhere."""

    sentence = N_("{host} redirects to {target}, which is not allowed: {why}.")
    hint = N_("The PIN was not sent there. Ask the provider whether its service has moved.")


class FormNotAllowed(LinkNotUsable):
    """The page would send the PIN elsewhere, or in the address."""

    sentence = N_("The page of {host} would send the PIN where it must not go: {why}.")
    hint = N_("The PIN was not sent. Ask the provider about this page.")


class LinkGone(LinkNotUsable):
    """The portal says that the file is no longer there. ``text`` is what it says, cleaned."""

    sentence = N_("{host} says that the file is no longer there.")
    hint = N_("Ask the provider for a new link.")


class RefusedBefore(LinkNotUsable):
    """The portal refused the PIN of this link more than once: a person must say that it may be tried again."""

    sentence = N_("The portal has refused {refusals} PINs for this link already; it may lock.")
    hint = N_("Make sure of the PIN (certvault help pin-wrong); then try once more with --try-again.")


class PortalLeftAlone(LinkNotUsable):
    """A provider refused several PINs of a list in a row, or did not answer: the rest of the list was not tried."""

    sentence = N_("{provider} was not asked any more: it refused several PINs in a row, or did not answer.")
    hint = N_("Make sure that the rows of the list are not mixed up; then run the same command again.")


class LinkAlreadyClaimed(LinkNotUsable):
    """The pair of this link is in the vault."""

    sentence = N_("The certificate of this link is in the vault already: pair {pair}.")
    hint = N_("See it with: certvault show {pair}")


class LinkPairPurged(LinkNotUsable):
    """The pair of this link was in the vault, and was deleted for good."""

    sentence = N_("The certificate of this link was in the vault and was deleted for good.")
    hint = N_("Ask the provider for a new link.")


class PageNotUnderstood(CertvaultError):
    """The page is not one that certvault can use. ``text`` is its readable text, cleaned; ``pin_sent`` a bool."""

    code = 12
    sentence = N_("The page of {host} was not understood: {why}.")
    hint = N_("Open the link in a browser, download the file there and store it with: certvault add FILE")


class AnswerNotUnderstood(PageNotUnderstood):
    """The same of the answer that came after the PIN was sent."""

    sentence = N_("The PIN was sent to {host}, but the answer was not understood: {why}.")


class NotReachable(CertvaultError):
    """The portal cannot be reached; the PIN was not sent."""

    code = 13
    sentence = N_("{host} could not be reached: {why}. The PIN was not sent.")
    hint = N_("Try again later; check the network and the proxy.")


class MailServerNotReachable(CertvaultError):
    """The mail server is not there, breaks off, or says what nobody understands."""

    code = 13
    sentence = N_("The mail server {host} cannot be used: {why}.")
    hint = N_("What was taken in before is kept. Check host, port and network, and do it again later.")


class MailServerNotTrusted(MailServerNotReachable):
    """Its certificate is not one that this machine trusts for this host."""

    sentence = N_("The mail server {host} does not prove that it is the one: {why}.")
    hint = N_("Nothing was told to it. Check the host; SSL_CERT_FILE names a certificate authority of your own.")


class MailServerUnencrypted(MailServerNotReachable):
    """It does not offer to encrypt, or somebody on the way took the offer out."""

    sentence = N_("The mail server {host} offers no encryption on port {port}.")
    hint = N_("Nothing was told to it. Write imaps:// in place of imap://, if it has that.")


class MailLogInRefused(MailServerNotReachable):
    """The mail server does not let the user in."""

    sentence = N_("{host} does not let {user} in: {why}.")
    hint = N_("Many services want a password made for a program, or a token. --remember-password replaces a kept one.")


class NotSent(CertvaultError):
    """A message did not go out by ``channel`` to ``to``: ``why`` says it, and never repeats what it would have told.

    ``again`` says whether trying later can help without anybody changing anything.
    """

    code = 13
    sentence = N_("Not sent to {to} by {channel}: {why}.")

    def __init__(self, *, channel: str, to: str, why: str, again: bool, hint: str | None = None) -> None:
        super().__init__(hint=hint, channel=channel, to=to, why=why, again=again)
        self.again = again
        self.why = why


class OutcomeUnknown(CertvaultError):
    """The PIN was sent and the answer is lost. It is not repeated by itself."""

    code = 14
    sentence = N_("The PIN was sent to {host}, but the answer was lost: {why}.")
    hint = N_("Try once more with certvault fetch {link}; if the link no longer works, ask for a new one.")


# 15, 16, 17 ---------------------------------------------------------------------------------------------------


class WouldOverwrite(CertvaultError):
    """A file with other contents is there already."""

    code = 15
    sentence = N_("{path} is there already and would be overwritten.")
    hint = N_("Choose another folder or move the file away.")


class Busy(CertvaultError):
    """Another process is at work on the vault."""

    code = 16
    sentence = N_("The vault is busy: another certvault is at work on it.")
    hint = N_("Wait until it is done and try again. After a crash: certvault help busy")


class NoRoom(CertvaultError):
    """The disk is full, failing, or may not be written."""

    code = 17
    sentence = N_("{path} could not be written: {why}.")
    hint = N_("Nothing was changed. Make room or check the disk, then try again.")


class NotWiped(NoRoom):
    """Pairs were deleted, and the database could not be written anew without their remains."""

    sentence = N_("It is deleted, but pieces of it may still be in {path}, which could not be written anew: {why}.")
    hint = N_("Make room or check the disk, then run certvault purge again.")
