<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Rivulet was updated: saved chats are prepared again while you do nothing else. Your messages are kept.</source>
        <translation>Rivulet wurde aktualisiert: Gespeicherte Chats werden neu vorbereitet, solange du nichts anderes tust. Deine Nachrichten bleiben erhalten.</translation>
    </message>
    <message>
        <source>This session has ended. The chat is kept; open it again to go on.</source>
        <translation>Diese Sitzung ist beendet. Der Chat bleibt erhalten; öffne ihn erneut, um weiterzumachen.</translation>
    </message>
    <message>
        <source>The session {id} was opened before, and a session is opened once. Choose another id.</source>
        <translation>Die Sitzung {id} wurde schon einmal geöffnet; das geht nur einmal. Wähle eine andere Kennung.</translation>
    </message>
    <message>
        <source>This chat has no message yet, so there is nothing to fork.</source>
        <translation>Dieser Chat hat noch keine Nachricht, von der man abzweigen könnte.</translation>
    </message>
    <message>
        <source>it leaves out or repeats a message</source>
        <translation>Sie lässt eine Nachricht aus oder wiederholt sie</translation>
    </message>
    <message>
        <source>it took more than {seconds} seconds to prepare</source>
        <translation>Ihre Vorbereitung dauerte länger als {seconds} Sekunden</translation>
    </message>
    <message>
        <source>it is not valid ({reason})</source>
        <translation>Sie ist ungültig ({reason})</translation>
    </message>
    <message>
        <source>it took more than {seconds} seconds or made too long a text</source>
        <translation>Sie brauchte länger als {seconds} Sekunden oder ergab einen zu langen Text</translation>
    </message>
    <message>
        <source>The model could not go on; the reply is kept up to here. Try again.</source>
        <translation>Das Modell kam nicht weiter; die Antwort bleibt bis hierher erhalten. Versuch es noch einmal.</translation>
    </message>
    <message>
        <source>has a damaged header</source>
        <translation>hat einen beschädigten Kopf</translation>
    </message>
    <message>
        <source>is cut short: it was perhaps not downloaded to its end</source>
        <translation>ist unvollständig: Vielleicht wurde sie nicht ganz heruntergeladen</translation>
    </message>
    <message numerus="yes">
        <source>{count} of the {parts} files of {name} are missing. Your chats are kept; get all of them into one folder.</source>
        <comment>{count} of the {parts} files of {name} is missing. Your chats are kept; get all of them into one folder.</comment>
        <translation>
            <numerusform>{count} der {parts} Dateien von {name} fehlt. Deine Chats bleiben; leg alle in einen Ordner.</numerusform>
            <numerusform>{count} der {parts} Dateien von {name} fehlen. Deine Chats bleiben; leg alle in einen Ordner.</numerusform>
        </translation>
    </message>
    <message>
        <source>is not a file</source>
        <translation>ist keine Datei</translation>
    </message>
    <message>
        <source>is empty</source>
        <translation>ist leer</translation>
    </message>
    <message>
        <source>{file} is not there any more. Your chats are kept; find it or choose another model file.</source>
        <translation>{file} ist nicht mehr da. Deine Chats bleiben erhalten; such die Datei oder wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{file} cannot be read ({reason}). Your chats are kept; choose another model file.</source>
        <translation>{file} lässt sich nicht lesen ({reason}). Deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>is one of {count} files of a model and must keep the name it had</source>
        <translation>ist eine von {count} Dateien eines Modells und muss ihren Namen behalten</translation>
    </message>
    <message>
        <source>is file {part} of {count} of a model; {first} is to be opened</source>
        <translation>ist Datei {part} von {count} eines Modells; zu öffnen ist {first}</translation>
    </message>
    <message>
        <source>{file} {fault}. Your chats are kept; choose another model file.</source>
        <translation>{file} {fault}. Deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>is not a GGUF model</source>
        <translation>ist kein GGUF-Modell</translation>
    </message>
    <message>
        <source>was made for machines of another byte order</source>
        <translation>wurde für Rechner mit anderer Bytereihenfolge gemacht</translation>
    </message>
    <message>
        <source>is a GGUF of version {version}, which is not known here</source>
        <translation>ist eine GGUF-Datei der Version {version}, die Rivulet nicht kennt</translation>
    </message>
    <message>
        <source>Open chats and those always kept ready fill the space for saved states: your messages are kept, but nothing more is saved to be ready later. Allow more space in the settings, or close some chats.</source>
        <translation>Offene und immer bereitgehaltene Chats füllen den Platz für schnelles Fortsetzen: Deine Nachrichten bleiben erhalten, aber es wird nichts mehr bereitgehalten. Erlaube in den Einstellungen mehr Platz oder schließ einige Chats.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>The disk could not be written ({reason})</source>
        <translation>Auf den Datenträger konnte nicht geschrieben werden ({reason})</translation>
    </message>
    <message>
        <source>{why}: your messages are kept, but chats are not kept ready until there is room. Free some space.</source>
        <translation>{why}: Deine Nachrichten bleiben erhalten, aber Chats werden erst wieder bereitgehalten, wenn Platz ist. Schaff etwas Platz.</translation>
    </message>
    <message>
        <source>The settings could not be read ({reason}). The usual ones are used.</source>
        <translation>Die Einstellungen konnten nicht gelesen werden ({reason}). Es gelten die üblichen.</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>kB</translation>
    </message>
    <message>
        <source>{amount} {unit}</source>
        <translation>{amount} {unit}</translation>
    </message>
    <message numerus="yes">
        <source>{count} bytes</source>
        <comment>{count} byte</comment>
        <translation>
            <numerusform>{count} Byte</numerusform>
            <numerusform>{count} Byte</numerusform>
        </translation>
    </message>
    <message>
        <source>about {minutes} min</source>
        <translation>etwa {minutes} min</translation>
    </message>
    <message>
        <source>about {seconds} s</source>
        <translation>etwa {seconds} s</translation>
    </message>
    <message>
        <source>{day} {month}, {time}</source>
        <translation>{day}. {month}, {time}</translation>
    </message>
    <message>
        <source>{day} {month} {year}, {time}</source>
        <translation>{day}. {month} {year}, {time}</translation>
    </message>
    <message>
        <source>a chat that is gone</source>
        <translation>ein Chat, den es nicht mehr gibt</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>, working</source>
        <translation>, arbeitet</translation>
    </message>
    <message>
        <source>, a new reply</source>
        <translation>, neue Antwort</translation>
    </message>
    <message>
        <source>Branch {letter}</source>
        <translation>Zweig {letter}</translation>
    </message>
    <message>
        <source>{name}: {choice}</source>
        <translation>{name}: {choice}</translation>
    </message>
    <message>
        <source>{title}. {sentence}</source>
        <translation>{title}. {sentence}</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>In diesem Chat suchen</translation>
    </message>
    <message>
        <source>The one before</source>
        <translation>Vorige Stelle</translation>
    </message>
    <message>
        <source>The one before ({keys})</source>
        <translation>Vorige Stelle ({keys})</translation>
    </message>
    <message>
        <source>The next one</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>The next one ({keys})</source>
        <translation>Nächste Stelle ({keys})</translation>
    </message>
    <message>
        <source>Close find</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Close ({keys})</source>
        <translation>Schließen ({keys})</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} von {count}</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Noch keine Nachrichten</translation>
    </message>
    <message>
        <source>Nothing switches by itself.</source>
        <translation>Nichts wechselt von selbst.</translation>
    </message>
    <message>
        <source>Your message waits in the box until you choose.</source>
        <translation>Deine Nachricht wartet im Eingabefeld, bis du dich entscheidest.</translation>
    </message>
    <message>
        <source>{model} is loaded.</source>
        <translation>Geladen ist {model}.</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>Es ist kein Modell geladen.</translation>
    </message>
    <message>
        <source>Find {model}…</source>
        <translation>{model} suchen …</translation>
    </message>
    <message>
        <source>its file is not known</source>
        <translation>Datei nicht bekannt</translation>
    </message>
    <message>
        <source>{loading}, then {reading}</source>
        <translation>{loading}, dann {reading}</translation>
    </message>
    <message>
        <source>Load {model}</source>
        <translation>{model} laden</translation>
    </message>
    <message>
        <source>Continue with {model}</source>
        <translation>Mit {model} weitermachen</translation>
    </message>
    <message>
        <source>Get a model</source>
        <translation>Modell holen</translation>
    </message>
    <message>
        <source>all that suit this computer</source>
        <translation>alle, die zu diesem Computer passen</translation>
    </message>
    <message>
        <source>This chat was written with {model}. {loaded}</source>
        <translation>Dieser Chat wurde mit {model} geschrieben. {loaded}</translation>
    </message>
    <message>
        <source>reads the chat</source>
        <translation>Lesen des Chats</translation>
    </message>
    <message>
        <source>reads the chat, {time}</source>
        <translation>Lesen des Chats, {time}</translation>
    </message>
    <message>
        <source>ready at once</source>
        <translation>sofort bereit</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>Trotzdem laden</translation>
    </message>
    <message>
        <source>The model was not loaded</source>
        <translation>Das Modell wurde nicht geladen</translation>
    </message>
    <message>
        <source>Choose another file</source>
        <translation>Andere Datei wählen</translation>
    </message>
    <message>
        <source>Load with {count} tokens</source>
        <translation>Mit {count} Token laden</translation>
    </message>
    <message>
        <source>Width of the chats beside this line</source>
        <translation>Breite der Chats neben dieser Linie</translation>
    </message>
    <message>
        <source>Drag, or press Left and Right, to change the width. A double click makes all equally wide.</source>
        <translation>Zieh die Linie oder drück die Pfeiltasten nach links und rechts, um die Breite zu ändern. Ein Doppelklick macht alle gleich breit.</translation>
    </message>
    <message>
        <source>{way}, {cost}</source>
        <translation>{way}, {cost}</translation>
    </message>
    <message>
        <source>Try several ways</source>
        <translation>Mehrere Wege versuchen</translation>
    </message>
    <message>
        <source>A reply can be edited once it is finished.</source>
        <translation>Eine Antwort lässt sich bearbeiten, sobald sie fertig ist.</translation>
    </message>
    <message>
        <source>{words} (2, 3 or 4)</source>
        <translation>{words} (2, 3 oder 4)</translation>
    </message>
    <message>
        <source>Try several ways, side by side.</source>
        <translation>Mehrere Wege versuchen, nebeneinander.</translation>
    </message>
    <message>
        <source>Delete the file</source>
        <translation>Datei löschen</translation>
    </message>
    <message>
        <source>More of {name}</source>
        <translation>Mehr zu {name}</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>Details ausblenden</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Check the file</source>
        <translation>Datei prüfen</translation>
    </message>
    <message>
        <source>Delete the file…</source>
        <translation>Datei löschen …</translation>
    </message>
    <message>
        <source>Take off this list; the file stays</source>
        <translation>Aus der Liste nehmen; die Datei bleibt</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>Geladen</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Loading, {percent}%</source>
        <translation>Lädt, {percent} %</translation>
    </message>
    <message>
        <source>Sleeping: loads when you send</source>
        <translation>Schläft: lädt, wenn du sendest</translation>
    </message>
    <message>
        <source>Checking the file…</source>
        <translation>Die Datei wird geprüft …</translation>
    </message>
    <message>
        <source>The file is what it was when it came.</source>
        <translation>Die Datei ist, wie sie ankam.</translation>
    </message>
    <message>
        <source>The file is not what it was: it is damaged or was replaced. Your chats are kept; get it again.</source>
        <translation>Die Datei ist nicht mehr, was sie war: Sie ist beschädigt oder wurde ersetzt. Deine Chats bleiben; hol sie noch einmal.</translation>
    </message>
    <message>
        <source>This deletes {path} and frees {size}. Your chats are kept.</source>
        <translation>Das löscht {path} und gibt {size} frei. Deine Chats bleiben.</translation>
    </message>
    <message>
        <source>What else can be done with this message</source>
        <translation>Was sich mit dieser Nachricht noch machen lässt</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Deine Nachricht</translation>
    </message>
    <message numerus="yes">
        <source>Show all ({count} characters)</source>
        <comment>Show all ({count} character)</comment>
        <translation>
            <numerusform>Alles zeigen ({count} Zeichen)</numerusform>
            <numerusform>Alles zeigen ({count} Zeichen)</numerusform>
        </translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>Weniger zeigen</translation>
    </message>
    <message>
        <source>Wrap lines</source>
        <translation>Zeilen umbrechen</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Code, {language}</source>
        <translation>Code, {language}</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Zum Ende</translation>
    </message>
    <message>
        <source>New text at the end ({keys})</source>
        <translation>Neuer Text am Ende ({keys})</translation>
    </message>
    <message>
        <source>To the end ({keys})</source>
        <translation>Zum Ende ({keys})</translation>
    </message>
    <message>
        <source>Writes to {host}</source>
        <translation>Schreibt an {host}</translation>
    </message>
    <message>
        <source>Opens {host}</source>
        <translation>Öffnet {host}</translation>
    </message>
    <message>
        <source>This link leads to {host}</source>
        <translation>Dieser Link führt zu {host}</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Im Browser öffnen</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>{words} ({keys})</source>
        <translation>{words} ({keys})</translation>
    </message>
    <message>
        <source>Report on the last run</source>
        <translation>Bericht über den letzten Lauf</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Close the report</source>
        <translation>Bericht schließen</translation>
    </message>
    <message>
        <source>This stays on your computer: nothing is sent. It says where in the program something went wrong, and holds no messages, titles or names of chats.</source>
        <translation>Das bleibt auf deinem Rechner: Nichts wird gesendet. Es sagt, wo im Programm etwas schiefging, und enthält keine Nachrichten, Titel oder Namen von Chats.</translation>
    </message>
    <message>
        <source>Text of the report</source>
        <translation>Text des Berichts</translation>
    </message>
    <message>
        <source>Delete report</source>
        <translation>Bericht löschen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Edit. This version is kept.</source>
        <translation>Bearbeiten. Diese Version bleibt erhalten.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Neu schreiben</translation>
    </message>
    <message>
        <source>Write another reply. This one is kept as a version.</source>
        <translation>Eine andere Antwort schreiben. Diese bleibt als Version erhalten.</translation>
    </message>
    <message>
        <source>Fork from here</source>
        <translation>Hier abzweigen</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>It stands before all other chats.</source>
        <translation>Er steht vor allen anderen Chats.</translation>
    </message>
    <message>
        <source>Fork</source>
        <translation>Abzweigen</translation>
    </message>
    <message>
        <source>Continue in a second chat. This one stays as it is.</source>
        <translation>In einem zweiten Chat weitermachen. Dieser bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb legen</translation>
    </message>
    <message>
        <source>Its text is kept there for 30 days. Forks stay.</source>
        <translation>Sein Text bleibt dort 30 Tage. Abzweigungen bleiben.</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner legen</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner …</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Delete folder</source>
        <translation>Ordner löschen</translation>
    </message>
    <message>
        <source>Its chats go back to the list.</source>
        <translation>Seine Chats kommen zurück in die Liste.</translation>
    </message>
    <message>
        <source>Try 2 ways</source>
        <translation>2 Wege versuchen</translation>
    </message>
    <message>
        <source>Try 3 ways</source>
        <translation>3 Wege versuchen</translation>
    </message>
    <message>
        <source>Try 4 ways</source>
        <translation>4 Wege versuchen</translation>
    </message>
    <message>
        <source>Rewind to here</source>
        <translation>Hierher zurück</translation>
    </message>
    <message>
        <source>Rewind to here. Later messages are kept as a version.</source>
        <translation>Hierher zurück. Spätere Nachrichten bleiben als Version erhalten.</translation>
    </message>
    <message>
        <source>Delete from here on</source>
        <translation>Ab hier löschen</translation>
    </message>
    <message>
        <source>Delete from here on. This can be undone.</source>
        <translation>Ab hier löschen. Das lässt sich zurücknehmen.</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>Vorige Version</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Version</translation>
    </message>
    <message>
        <source>The temperature is 0, so the reply will be the same.</source>
        <translation>Die Temperatur ist 0, darum wird die Antwort dieselbe sein.</translation>
    </message>
    <message>
        <source>Edit the reply</source>
        <translation>Antwort bearbeiten</translation>
    </message>
    <message>
        <source>Edit your message</source>
        <translation>Deine Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>This version is kept.</source>
        <translation>Diese Version bleibt erhalten.</translation>
    </message>
    <message>
        <source>The reply is written anew. This version is kept.</source>
        <translation>Die Antwort wird neu geschrieben. Diese Version bleibt erhalten.</translation>
    </message>
    <message>
        <source>You go on with your last edit; {keys} takes it back.</source>
        <translation>Du machst mit deiner letzten Bearbeitung weiter; {keys} nimmt sie zurück.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave the message as it is. Your text is kept for the next edit. ({keys})</source>
        <translation>Die Nachricht lassen, wie sie ist. Dein Text bleibt für die nächste Bearbeitung erhalten. ({keys})</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Save ({keys})</source>
        <translation>Speichern ({keys})</translation>
    </message>
    <message>
        <source>Send ({keys})</source>
        <translation>Senden ({keys})</translation>
    </message>
    <message>
        <source>You: {text}</source>
        <translation>Du: {text}</translation>
    </message>
    <message>
        <source>Reply: {text}</source>
        <translation>Antwort: {text}</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Link {text}: {told}</source>
        <translation>Link {text}: {told}</translation>
    </message>
    <message>
        <source>Thought</source>
        <translation>Gedanken</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Denkt nach</translation>
    </message>
    <message>
        <source>Hide what the model thought</source>
        <translation>Ausblenden, was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>Show what the model thought before it answered</source>
        <translation>Zeigen, was das Modell vor der Antwort gedacht hat</translation>
    </message>
    <message>
        <source>{said}, shown</source>
        <translation>{said}, eingeblendet</translation>
    </message>
    <message>
        <source>{said}, hidden</source>
        <translation>{said}, ausgeblendet</translation>
    </message>
    <message>
        <source>Thought for {seconds} s</source>
        <translation>{seconds} s nachgedacht</translation>
    </message>
    <message>
        <source>Thought for {minutes} min</source>
        <translation>{minutes} min nachgedacht</translation>
    </message>
    <message>
        <source>Thought for {minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s nachgedacht</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>{number} / {count}</source>
        <translation>{number} / {count}</translation>
    </message>
    <message>
        <source>Version {number} of {count}</source>
        <translation>Version {number} von {count}</translation>
    </message>
    <message>
        <source>Version {number} of {count} is shown.</source>
        <translation>Version {number} von {count} wird gezeigt.</translation>
    </message>
    <message>
        <source>Writing a reply</source>
        <translation>Schreibt eine Antwort</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
    <message numerus="yes">
        <source>{count} chats stand here</source>
        <comment>{count} chat stands here</comment>
        <translation>
            <numerusform>{count} Chat steht hier</numerusform>
            <numerusform>{count} Chats stehen hier</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} chats leave here</source>
        <comment>{count} chat leaves here</comment>
        <translation>
            <numerusform>{count} Chat zweigt hier ab</numerusform>
            <numerusform>{count} Chats zweigen hier ab</numerusform>
        </translation>
    </message>
    <message>
        <source>older version</source>
        <translation>ältere Version</translation>
    </message>
    <message>
        <source>message {number}</source>
        <translation>Nachricht {number}</translation>
    </message>
    <message>
        <source>message {number} of {length}</source>
        <translation>Nachricht {number} von {length}</translation>
    </message>
    <message>
        <source>You, branch {letter}, {place}: {excerpt}</source>
        <translation>Du, Zweig {letter}, {place}: {excerpt}</translation>
    </message>
    <message>
        <source>Reply, branch {letter}, {place}: {excerpt}</source>
        <translation>Antwort, Zweig {letter}, {place}: {excerpt}</translation>
    </message>
    <message numerus="yes">
        <source>{count} messages</source>
        <comment>{count} message</comment>
        <translation>
            <numerusform>{count} Nachricht</numerusform>
            <numerusform>{count} Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>here</source>
        <translation>hier</translation>
    </message>
    <message>
        <source>pane {number}</source>
        <translation>Spalte {number}</translation>
    </message>
    <message>
        <source>panes {numbers}</source>
        <translation>Spalten {numbers}</translation>
    </message>
    <message>
        <source>Go here</source>
        <translation>Hierher gehen</translation>
    </message>
    <message>
        <source>Let this chat stand here ({keys}). Nothing is lost.</source>
        <translation>Diesen Chat hierher stellen ({keys}). Nichts geht verloren.</translation>
    </message>
    <message>
        <source>Continue in a second chat ({keys}). This one stays as it is.</source>
        <translation>In einem zweiten Chat weitermachen ({keys}). Dieser bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Open beside</source>
        <translation>Daneben öffnen</translation>
    </message>
    <message>
        <source>Open the chat that this belongs to in a pane of its own ({keys})</source>
        <translation>Den Chat, zu dem das gehört, in einer eigenen Spalte öffnen ({keys})</translation>
    </message>
    <message>
        <source>Close the tree</source>
        <translation>Baum schließen</translation>
    </message>
    <message>
        <source>Back to the messages ({keys})</source>
        <translation>Zurück zu den Nachrichten ({keys})</translation>
    </message>
    <message>
        <source>Arrow keys walk, Enter goes there, F forks, B opens beside, Escape shows the messages.</source>
        <translation>Pfeiltasten bewegen die Auswahl, Enter geht dorthin, F zweigt ab, B öffnet daneben, Escape zeigt die Nachrichten.</translation>
    </message>
    <message>
        <source>Nothing has been said here yet. The tree grows with the first message.</source>
        <translation>Hier wurde noch nichts gesagt. Der Baum wächst mit der ersten Nachricht.</translation>
    </message>
    <message numerus="yes">
        <source>{count} messages, Enter shows them</source>
        <comment>{count} message, Enter shows it</comment>
        <translation>
            <numerusform>{count} Nachricht, Enter zeigt sie</numerusform>
            <numerusform>{count} Nachrichten, Enter zeigt sie</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” stands here</source>
        <translation>„{title}“ steht hier</translation>
    </message>
    <message>
        <source>Tree. {place}</source>
        <translation>Baum. {place}</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Baum</translation>
    </message>
    <message>
        <source>Models (*.gguf);;All files (*)</source>
        <translation>Modelle (*.gguf);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add a folder with models</source>
        <translation>Ordner mit Modellen hinzufügen</translation>
    </message>
    <message>
        <source>Models in {folder} are listed now, and those that come later.</source>
        <translation>Modelle in {folder} stehen jetzt in der Liste, auch die, die später dazukommen.</translation>
    </message>
    <message>
        <source>“{title}”: {sentence}</source>
        <translation>„{title}“: {sentence}</translation>
    </message>
    <message>
        <source>Dismiss all</source>
        <translation>Alle verwerfen</translation>
    </message>
    <message numerus="yes">
        <source>{count} earlier notices</source>
        <comment>{count} earlier notice</comment>
        <translation>
            <numerusform>{count} früherer Hinweis</numerusform>
            <numerusform>{count} frühere Hinweise</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop: {what}</source>
        <translation>Anhalten: {what}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>{what}, {percent}%</source>
        <translation>{what}, {percent} %</translation>
    </message>
    <message>
        <source>{what}…</source>
        <translation>{what} …</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Change the folder for models that you get</source>
        <translation>Den Ordner für geholte Modelle ändern</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset: {label}</source>
        <translation>Zurücksetzen: {label}</translation>
    </message>
    <message>
        <source>Folder for models that you get</source>
        <translation>Ordner für Modelle, die du holst</translation>
    </message>
    <message>
        <source>With another folder, files that are there stay where they are, and are not listed any more.</source>
        <translation>Mit einem anderen Ordner bleiben die Dateien dort, wo sie sind, und stehen nicht mehr in der Liste.</translation>
    </message>
    <message>
        <source>Other folders to search for models</source>
        <translation>Weitere Ordner, in denen gesucht wird</translation>
    </message>
    <message>
        <source>Stop searching {folder}</source>
        <translation>Nicht mehr in {folder} suchen</translation>
    </message>
    <message>
        <source>Access token of Hugging Face</source>
        <translation>Zugangsschlüssel von Hugging Face</translation>
    </message>
    <message>
        <source>Only for models whose owners want to know who gets them.</source>
        <translation>Nur für Modelle, deren Besitzer wissen wollen, wer sie holt.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Its files stay where they are.</source>
        <translation>Die Dateien darin bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Usual: {value}</source>
        <translation>Üblich: {value}</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Einstellung suchen</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Keine Einstellung enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>This loses time, never messages: chats that are not open are read again when you next write in them.</source>
        <translation>Das kostet Zeit, nie Nachrichten: Chats, die nicht offen sind, werden neu gelesen, wenn du das nächste Mal darin schreibst.</translation>
    </message>
    <message>
        <source>Room that is used</source>
        <translation>Belegter Platz</translation>
    </message>
    <message>
        <source>Room on the disk</source>
        <translation>Platz auf dem Datenträger</translation>
    </message>
    <message>
        <source>Free the room now</source>
        <translation>Platz jetzt freigeben</translation>
    </message>
    <message>
        <source>Default, {size}</source>
        <translation>Standard, {size}</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>{used} of {budget}</source>
        <translation>{used} von {budget}</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>Wird entfernt …</translation>
    </message>
    <message>
        <source>{size} freed.</source>
        <translation>{size} freigegeben.</translation>
    </message>
    <message>
        <source>There was nothing to remove.</source>
        <translation>Es gab nichts zu entfernen.</translation>
    </message>
    <message>
        <source>Nothing more is saved now: the disk is full, or open chats take all the room there is.</source>
        <translation>Zurzeit wird nichts mehr gespeichert: Der Datenträger ist voll, oder offene Chats brauchen den ganzen Platz.</translation>
    </message>
    <message>
        <source>{size} belong to open chats and those that are always kept ready.</source>
        <translation>{size} gehören zu offenen und immer bereitgehaltenen Chats.</translation>
    </message>
    <message numerus="yes">
        <source>{count} damaged or foreign files were set aside.</source>
        <comment>{count} damaged or foreign file was set aside.</comment>
        <translation>
            <numerusform>{count} beschädigte oder fremde Datei wurde beiseitegelegt.</numerusform>
            <numerusform>{count} beschädigte oder fremde Dateien wurden beiseitegelegt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Chats, what keeps them ready, settings and logs are in {folder}.</source>
        <translation>Chats, was sie bereithält, Einstellungen und Protokolle liegen in {folder}.</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Delete all…</source>
        <translation>Alles löschen …</translation>
    </message>
    <message>
        <source>Asks before anything is deleted.</source>
        <translation>Fragt, bevor etwas gelöscht wird.</translation>
    </message>
    <message>
        <source>Delete everything</source>
        <translation>Alles löschen</translation>
    </message>
    <message>
        <source>The folder cannot be shown here. Open it yourself: {folder}</source>
        <translation>Der Ordner lässt sich hier nicht zeigen. Öffne ihn selbst: {folder}</translation>
    </message>
    <message numerus="yes">
        <source>This deletes {count} chats with everything that was said in them, those in the trash too.</source>
        <comment>This deletes {count} chat with everything that was said in it.</comment>
        <translation>
            <numerusform>Das löscht {count} Chat mit allem, was darin gesagt wurde.</numerusform>
            <numerusform>Das löscht {count} Chats mit allem, was darin gesagt wurde, auch die im Papierkorb.</numerusform>
        </translation>
    </message>
    <message>
        <source>Drafts, what keeps chats ready, logs and all settings go with them, {size} in all.</source>
        <translation>Entwürfe, was Chats bereithält, Protokolle und alle Einstellungen gehen mit, zusammen {size}.</translation>
    </message>
    <message>
        <source>What runs is stopped first, and nothing can be brought back.</source>
        <translation>Was läuft, wird zuerst angehalten, und nichts lässt sich zurückholen.</translation>
    </message>
    <message>
        <source>Model files and what you exported stay where they are.</source>
        <translation>Modelldateien und was du exportiert hast, bleiben, wo sie sind.</translation>
    </message>
    <message numerus="yes">
        <source>{count} files of what was deleted are still on the disk ({reason}). They are removed at the next start.</source>
        <comment>{count} file of what was deleted is still on the disk ({reason}). It is removed at the next start.</comment>
        <translation>
            <numerusform>{count} gelöschte Datei liegt noch auf dem Datenträger ({reason}). Sie wird beim nächsten Start entfernt.</numerusform>
            <numerusform>{count} gelöschte Dateien liegen noch auf dem Datenträger ({reason}). Sie werden beim nächsten Start entfernt.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files were deleted, but the keyring kept its entries of Rivulet. Remove them there, or delete all again.</source>
        <translation>Alle Dateien wurden gelöscht, aber der Schlüsselbund hat die Einträge von Rivulet behalten. Entferne sie dort oder lösch noch einmal alles.</translation>
    </message>
    <message>
        <source>Everything was deleted, {size} in all.</source>
        <translation>Alles wurde gelöscht, zusammen {size}.</translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation>Genau (f16)</translation>
    </message>
    <message>
        <source>Nearly exact (q8_0)</source>
        <translation>Fast genau (q8_0)</translation>
    </message>
    <message>
        <source>Compact (q4_0)</source>
        <translation>Kompakt (q4_0)</translation>
    </message>
    <message>
        <source>What the model remembers of a chat can be kept smaller. That takes less memory and disk; replies may become a little worse.</source>
        <translation>Was sich das Modell von einem Chat merkt, lässt sich kleiner halten. Das braucht weniger Arbeitsspeicher und Platz; Antworten können etwas schlechter werden.</translation>
    </message>
    <message>
        <source>What this model remembers of a chat has always the same size, so there is nothing to choose.</source>
        <translation>Was sich dieses Modell von einem Chat merkt, ist immer gleich groß; es gibt nichts zu wählen.</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Memory of {name}</source>
        <translation>Gedächtnis von {name}</translation>
    </message>
    <message>
        <source>{size} per {tokens} tokens</source>
        <translation>{size} pro {tokens} Token</translation>
    </message>
    <message>
        <source>{name}, {size}</source>
        <translation>{name}, {size}</translation>
    </message>
    <message>
        <source>The model is loaded again. Chats with it are read again once.</source>
        <translation>Das Modell wird neu geladen. Chats damit werden einmal neu gelesen.</translation>
    </message>
    <message>
        <source>The model is loaded again. Chats with it are read again once, {seconds} for the open one.</source>
        <translation>Das Modell wird neu geladen. Chats damit werden einmal neu gelesen, der offene in {seconds}.</translation>
    </message>
    <message>
        <source>The model is loading.</source>
        <translation>Das Modell wird geladen.</translation>
    </message>
    <message>
        <source>Writes every chat with its versions, forks and what was not sent to one file, which can be imported again.</source>
        <translation>Schreibt jeden Chat mit seinen Versionen, Abzweigungen und dem, was nicht gesendet wurde, in eine Datei, die sich wieder importieren lässt.</translation>
    </message>
    <message>
        <source>Takes such a file, or the conversations.json that ChatGPT exports. What is here stays as it is.</source>
        <translation>Nimmt eine solche Datei oder die conversations.json, die ChatGPT exportiert. Was hier ist, bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>Export all…</source>
        <translation>Alles exportieren …</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>{beginning} …</source>
        <translation>{beginning} …</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Commands cannot reach this window ({reason}). Everything else works.</source>
        <translation>Befehle erreichen dieses Fenster nicht ({reason}). Alles andere funktioniert.</translation>
    </message>
    <message>
        <source>Something went wrong that should not have. Your chats are kept; the log in the data directory says more.</source>
        <translation>Etwas ist schiefgegangen, das nicht hätte passieren dürfen. Deine Chats bleiben erhalten; das Protokoll im Datenordner sagt mehr.</translation>
    </message>
    <message>
        <source>Deleting everything: what runs is stopped</source>
        <translation>Alles wird gelöscht: Was läuft, wird angehalten</translation>
    </message>
    <message>
        <source>Deleting everything</source>
        <translation>Alles wird gelöscht</translation>
    </message>
    <message>
        <source>Deleting everything was begun and is not finished. Close Rivulet; the next start finishes it.</source>
        <translation>Das Löschen von allem wurde begonnen und ist nicht fertig. Schließ Rivulet; der nächste Start bringt es zu Ende.</translation>
    </message>
    <message>
        <source>The settings could not be saved ({reason}). They hold until Rivulet ends; free some space or make its folder writable.</source>
        <translation>Die Einstellungen konnten nicht gespeichert werden ({reason}). Sie gelten, bis Rivulet endet; schaff etwas Platz oder mach den Ordner beschreibbar.</translation>
    </message>
    <message>
        <source>This chat no longer exists. Nothing was changed.</source>
        <translation>Diesen Chat gibt es nicht mehr. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>This message is not in the chat. Nothing was changed.</source>
        <translation>Diese Nachricht ist nicht in dem Chat. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>This folder no longer exists. Its chats are kept in the list.</source>
        <translation>Diesen Ordner gibt es nicht mehr. Seine Chats bleiben in der Liste.</translation>
    </message>
    <message>
        <source>The disk is full, so the last change was not saved. What was saved before is kept. Free some space and try again.</source>
        <translation>Der Datenträger ist voll, darum wurde die letzte Änderung nicht gespeichert. Was vorher gespeichert wurde, bleibt. Schaff etwas Platz und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>This is no chat that can be imported: {why}. Nothing was imported.</source>
        <translation>Das ist kein Chat, der sich importieren lässt: {why}. Nichts wurde importiert.</translation>
    </message>
    <message>
        <source>This chat is too large to be exported. It is kept as it is.</source>
        <translation>Dieser Chat ist zu groß zum Exportieren. Er bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>A chat was deleted while it was being exported, so no file was written. Export again.</source>
        <translation>Ein Chat wurde gelöscht, während er exportiert wurde; darum wurde keine Datei geschrieben. Exportiere noch einmal.</translation>
    </message>
    <message>
        <source>{name} could not be loaded ({detail}). Your chats are kept; choose another model file.</source>
        <translation>{name} konnte nicht geladen werden ({detail}). Deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{name} could not be loaded. Your chats are kept; choose another model file.</source>
        <translation>{name} konnte nicht geladen werden. Deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{name} is not a model that writes text. Your chats are kept; choose another model file.</source>
        <translation>{name} ist kein Modell, das Text schreibt. Deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of {tokens} tokens. Your chats are kept; close other programs or choose a smaller model.</source>
        <translation>Der Arbeitsspeicher reicht nicht für einen Kontext von {tokens} Token. Deine Chats bleiben erhalten; schließ andere Programme oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of {tokens} tokens, or this model cannot keep its cache as {cache_type}. Your chats are kept; close other programs, choose another cache type or a smaller model.</source>
        <translation>Der Arbeitsspeicher reicht nicht für einen Kontext von {tokens} Token, oder dieses Modell kann seinen Cache nicht als {cache_type} halten. Deine Chats bleiben erhalten; schließ andere Programme, wähle eine andere Cache-Art oder ein kleineres Modell.</translation>
    </message>
    <message>
        <source>No model is loaded. Your message is kept; open a model file.</source>
        <translation>Es ist kein Modell geladen. Deine Nachricht bleibt erhalten; öffne eine Modelldatei.</translation>
    </message>
    <message>
        <source>This chat needs {needed} tokens and the context has {available}. Your message is kept; choose what the model reads.</source>
        <translation>Dieser Chat braucht {needed} Tokens, und der Kontext hat {available}. Deine Nachricht bleibt erhalten; wähle, was das Modell liest.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template failed: {detail}. Your message is kept; another model can answer it.</source>
        <translation>Die Chat-Vorlage des Modells ist gescheitert: {detail}. Deine Nachricht bleibt erhalten; ein anderes Modell kann sie beantworten.</translation>
    </message>
    <message>
        <source>{name} could not be loaded; the log says more. Your chats are kept; choose another model file.</source>
        <translation>{name} konnte nicht geladen werden; das Protokoll sagt mehr. Deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{name} ended the process in which it was tried: it is damaged, made to do harm, or not for this version of Rivulet. It was not loaded and your chats are kept; choose another model file.</source>
        <translation>{name} hat den Prozess beendet, in dem es ausprobiert wurde: Die Datei ist beschädigt, soll Schaden anrichten oder passt nicht zu dieser Version von Rivulet. Sie wurde nicht geladen, und deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{name} was tried in a process of its own, which did not end in time. It was not loaded and your chats are kept; try again when the computer has less to do, or choose another model file.</source>
        <translation>{name} wurde in einem eigenen Prozess ausprobiert, der nicht rechtzeitig fertig wurde. Das Modell wurde nicht geladen, und deine Chats bleiben erhalten; versuche es noch einmal, wenn der Rechner weniger zu tun hat, oder wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>The chat template of {name} does not work ({detail}). The model was not loaded and your chats are kept; choose another model file.</source>
        <translation>Die Chatvorlage von {name} funktioniert nicht ({detail}). Das Modell wurde nicht geladen, und deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>The chat template of {name} takes too long or makes too long a text. The model was not loaded and your chats are kept; choose another model file.</source>
        <translation>Die Chatvorlage von {name} braucht zu lange oder schreibt einen zu langen Text. Das Modell wurde nicht geladen, und deine Chats bleiben erhalten; wähle eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{name} takes about {need} GB with a context of {tokens} tokens, and {free} GB are free. Nothing was changed; a context of {fitting} tokens fits.</source>
        <translation>{name} braucht etwa {need} GB mit einem Kontext von {tokens} Token, und {free} GB sind frei. Nichts wurde geändert; ein Kontext von {fitting} Token passt.</translation>
    </message>
    <message>
        <source>{name} takes about {need} GB, and {free} GB are free. Nothing was changed; close other programs or choose a smaller model.</source>
        <translation>{name} braucht etwa {need} GB, und {free} GB sind frei. Nichts wurde geändert; schließe andere Programme oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>This chat is still replying. What you wrote is kept; stop the reply or wait for it.</source>
        <translation>Dieser Chat antwortet noch. Was du geschrieben hast, bleibt erhalten; halt die Antwort an oder warte sie ab.</translation>
    </message>
    <message>
        <source>This message answers nobody, so it cannot be written again. It stays as it is.</source>
        <translation>Diese Nachricht antwortet niemandem, darum lässt sie sich nicht neu schreiben. Sie bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>This chat uses the model&apos;s chat template, so plain text cannot be fed to it. Begin a plain chat for that.</source>
        <translation>Dieser Chat nutzt die Chat-Vorlage des Modells, darum nimmt er keinen einfachen Text. Beginn dafür einen einfachen Chat.</translation>
    </message>
    <message>
        <source>Stopped. No file was written.</source>
        <translation>Angehalten. Es wurde keine Datei geschrieben.</translation>
    </message>
    <message>
        <source>it is cut short</source>
        <translation>sie ist abgeschnitten</translation>
    </message>
    <message>
        <source>The file could not be written ({reason}). The chats are as they were; choose another place.</source>
        <translation>Die Datei konnte nicht geschrieben werden ({reason}). Die Chats sind, wie sie waren; wähle einen anderen Ort.</translation>
    </message>
    <message>
        <source>The file could not be read ({reason}). The chats are as they were; choose another file.</source>
        <translation>Die Datei konnte nicht gelesen werden ({reason}). Die Chats sind, wie sie waren; wähle eine andere Datei.</translation>
    </message>
    <message>
        <source>a saved state changed its size while it was read</source>
        <translation>ein gespeicherter Stand hat seine Größe geändert, während er gelesen wurde</translation>
    </message>
    <message>
        <source>it is no exported chat, or one of a newer Rivulet</source>
        <translation>sie ist kein exportierter Chat oder von einem neueren Rivulet</translation>
    </message>
    <message>
        <source>it has too many parts</source>
        <translation>sie hat zu viele Teile</translation>
    </message>
    <message>
        <source>something follows its end</source>
        <translation>nach ihrem Ende folgt noch etwas</translation>
    </message>
    <message>
        <source>it has a part that this Rivulet does not know</source>
        <translation>sie hat einen Teil, den dieses Rivulet nicht kennt</translation>
    </message>
    <message>
        <source>its parts are not in order</source>
        <translation>ihre Teile sind durcheinander</translation>
    </message>
    <message>
        <source>one of its parts is too large</source>
        <translation>einer ihrer Teile ist zu groß</translation>
    </message>
    <message>
        <source>one of its parts does not have the checksum it was written with</source>
        <translation>einer ihrer Teile hat nicht die Prüfsumme, mit der er geschrieben wurde</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Enter</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Deutsch</source>
        <translation>Deutsch</translation>
    </message>
    <message numerus="yes">
        <source>{count} days</source>
        <comment>{count} day</comment>
        <translation>
            <numerusform>{count} Tag</numerusform>
            <numerusform>{count} Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Unbegrenzt</translation>
    </message>
    <message>
        <source>{count}</source>
        <translation>{count}</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message numerus="yes">
        <source>{count} minutes</source>
        <comment>{count} minute</comment>
        <translation>
            <numerusform>{count} Minute</numerusform>
            <numerusform>{count} Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} hours</source>
        <comment>{count} hour</comment>
        <translation>
            <numerusform>{count} Stunde</numerusform>
            <numerusform>{count} Stunden</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} %</source>
        <translation>{count} %</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>Ctrl++ and Ctrl+- change it anywhere, Ctrl+0 is the usual size.</source>
        <translation>Strg++ und Strg+- ändern sie überall, Strg+0 ist die übliche Größe.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Another language holds from the next start.</source>
        <translation>Eine andere Sprache gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Send with</source>
        <translation>Senden mit</translation>
    </message>
    <message>
        <source>Shift+Enter always breaks the line.</source>
        <translation>Umschalt+Enter beginnt immer eine neue Zeile.</translation>
    </message>
    <message>
        <source>Keep unused chats ready for</source>
        <translation>Ungenutzte Chats bereithalten für</translation>
    </message>
    <message>
        <source>Get ready for the next message after a reply</source>
        <translation>Nach einer Antwort die nächste Nachricht vorbereiten</translation>
    </message>
    <message>
        <source>Many models read part of their last reply again. This does it ahead of time.</source>
        <translation>Viele Modelle lesen einen Teil ihrer letzten Antwort neu. Das geschieht so schon vorher.</translation>
    </message>
    <message>
        <source>Let the model name chats</source>
        <translation>Das Modell Chats benennen lassen</translation>
    </message>
    <message>
        <source>After the first reply, unless you gave the chat a name.</source>
        <translation>Nach der ersten Antwort, wenn du dem Chat keinen Namen gegeben hast.</translation>
    </message>
    <message>
        <source>Also on battery</source>
        <translation>Auch im Akkubetrieb</translation>
    </message>
    <message>
        <source>Guide while no model is chosen</source>
        <translation>Guide, solange kein Modell gewählt ist</translation>
    </message>
    <message>
        <source>A tiny model that comes with Rivulet and tells how things are done.</source>
        <translation>Ein winziges Modell, das zu Rivulet gehört und auf Englisch sagt, wie etwas geht.</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>Prozessor-Threads</translation>
    </message>
    <message>
        <source>Fewer leave more of the processor to other programs. Another number holds from the next start.</source>
        <translation>Weniger lassen anderen Programmen mehr vom Prozessor. Eine andere Zahl gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Free the model&apos;s memory when unused for</source>
        <translation>Speicher des Modells freigeben, wenn unbenutzt seit</translation>
    </message>
    <message>
        <source>It comes back by itself with your next message, and the chat with it.</source>
        <translation>Es kommt mit deiner nächsten Nachricht von selbst zurück, und der Chat mit ihm.</translation>
    </message>
    <message>
        <source>Flash attention</source>
        <translation>Flash Attention</translation>
    </message>
    <message>
        <source>Faster, with less memory. Saved chats are read again once with another choice; it holds from the next loading.</source>
        <translation>Schneller, mit weniger Speicher. Bei anderer Wahl werden gespeicherte Chats einmal neu gelesen; sie gilt ab dem nächsten Laden.</translation>
    </message>
    <message>
        <source>Use models that other programs fetched</source>
        <translation>Modelle nutzen, die andere Programme geholt haben</translation>
    </message>
    <message>
        <source>They are found in the Hugging Face cache and stay there.</source>
        <translation>Sie liegen im Zwischenspeicher von Hugging Face und bleiben dort.</translation>
    </message>
    <message>
        <source>Never use the network</source>
        <translation>Nie das Netzwerk benutzen</translation>
    </message>
    <message>
        <source>Rivulet uses it only when you search for a model or get one. This forbids that too.</source>
        <translation>Rivulet benutzt es nur, wenn du ein Modell suchst oder lädst. Dies verbietet auch das.</translation>
    </message>
    <message>
        <source>One</source>
        <translation>Einen</translation>
    </message>
    <message>
        <source>Two</source>
        <translation>Zwei</translation>
    </message>
    <message>
        <source>Downloads at a time</source>
        <translation>Downloads zur selben Zeit</translation>
    </message>
    <message>
        <source>Others wait until one is finished.</source>
        <translation>Weitere warten, bis einer fertig ist.</translation>
    </message>
    <message>
        <source>The settings file is damaged.</source>
        <translation>Die Datei mit den Einstellungen ist beschädigt.</translation>
    </message>
    <message>
        <source>Some settings are damaged ({keys}).</source>
        <translation>Einige Einstellungen sind beschädigt ({keys}).</translation>
    </message>
    <message>
        <source>The usual ones are used instead.</source>
        <translation>Es gelten die üblichen.</translation>
    </message>
    <message>
        <source>The usual ones are used instead; the file was kept as {name}.</source>
        <translation>Es gelten die üblichen; die Datei wurde als {name} aufgehoben.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Quick resume</source>
        <translation>Schnelles Fortsetzen</translation>
    </message>
    <message>
        <source>In idle time</source>
        <translation>Im Leerlauf</translation>
    </message>
    <message>
        <source>Model files</source>
        <translation>Modelldateien</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Memory of the model</source>
        <translation>Gedächtnis des Modells</translation>
    </message>
    <message>
        <source>Taking along</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>Deine Daten</translation>
    </message>
    <message>
        <source>Nothing was deleted: {name} cannot be moved ({reason}). Close what uses it and try again.</source>
        <translation>Nichts wurde gelöscht: {name} lässt sich nicht verschieben ({reason}). Schließ, was es benutzt, und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Deleting everything was begun and is not finished: {name} cannot be moved ({reason}). Close what uses it and start Rivulet again, which finishes it.</source>
        <translation>Das Löschen von allem wurde begonnen und ist nicht fertig: {name} lässt sich nicht verschieben ({reason}). Schließ, was es benutzt, und starte Rivulet neu; das bringt es zu Ende.</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Schreib eine Nachricht</translation>
    </message>
    <message>
        <source>Write a message that is not saved</source>
        <translation>Schreib eine Nachricht, die nicht gespeichert wird</translation>
    </message>
    <message>
        <source>{title}, not saved</source>
        <translation>{title}, nicht gespeichert</translation>
    </message>
    <message>
        <source>A middle click closes it here; the chat stays in the sidebar.</source>
        <translation>Ein Klick mit der mittleren Taste schließt ihn hier; der Chat bleibt in der Seitenleiste.</translation>
    </message>
    <message>
        <source>A middle click closes it; the chat is gone then.</source>
        <translation>Ein Klick mit der mittleren Taste schließt ihn; der Chat ist dann weg.</translation>
    </message>
    <message>
        <source>Markdown…</source>
        <translation>Markdown …</translation>
    </message>
    <message>
        <source>To read and to pass on: what is shown here.</source>
        <translation>Zum Lesen und Weitergeben: was hier zu sehen ist.</translation>
    </message>
    <message>
        <source>Markdown with thoughts…</source>
        <translation>Markdown mit Gedanken …</translation>
    </message>
    <message>
        <source>The same, with what the model thought before each reply.</source>
        <translation>Dasselbe, mit dem, was das Modell vor jeder Antwort gedacht hat.</translation>
    </message>
    <message>
        <source>JSON…</source>
        <translation>JSON …</translation>
    </message>
    <message>
        <source>All versions of this chat; can be imported again.</source>
        <translation>Alle Versionen dieses Chats; lässt sich wieder importieren.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Set up by hand</source>
        <translation>Von Hand eingestellt</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Preset: {name}</source>
        <translation>Vorlage: {name}</translation>
    </message>
    <message>
        <source>Save as preset…</source>
        <translation>Als Vorlage speichern …</translation>
    </message>
    <message>
        <source>Edit presets…</source>
        <translation>Vorlagen bearbeiten …</translation>
    </message>
    <message>
        <source>How replies are written</source>
        <translation>Wie Antworten geschrieben werden</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Chats that have this preset stay as they are. New ones begin with what is saved here.</source>
        <translation>Chats mit dieser Vorlage bleiben, wie sie sind. Neue beginnen mit dem, was hier gespeichert wird.</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Use “{name}”</source>
        <translation>„{name}“ verwenden</translation>
    </message>
    <message>
        <source>Use none</source>
        <translation>Keine verwenden</translation>
    </message>
    <message>
        <source>What was set up by hand was replaced.</source>
        <translation>Was von Hand eingestellt war, wurde ersetzt.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>The preset “{name}” was changed.</source>
        <translation>Die Vorlage „{name}“ wurde geändert.</translation>
    </message>
    <message>
        <source>Use it here</source>
        <translation>Hier verwenden</translation>
    </message>
    <message>
        <source>The system prompt was changed.</source>
        <translation>Der Systemprompt wurde geändert.</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>Chat-Einstellungen</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>Chat-Einstellungen schließen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>New preset</source>
        <translation>Neue Vorlage</translation>
    </message>
    <message>
        <source>Edit the preset</source>
        <translation>Vorlage bearbeiten</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Back to the usual value: {name}</source>
        <translation>Zurück zum üblichen Wert: {name}</translation>
    </message>
    <message>
        <source>{told} Usually {value}.</source>
        <translation>{told} Üblich ist {value}.</translation>
    </message>
    <message>
        <source>No presets yet. A preset is a system prompt and a way of writing with a name, for chats to begin with.</source>
        <translation>Noch keine Vorlagen. Eine Vorlage ist ein Systemprompt und eine Schreibweise mit einem Namen, mit denen Chats beginnen.</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>Zurück zum Chat</translation>
    </message>
    <message>
        <source>“{name}” was deleted. Chats that have it stay as they are.</source>
        <translation>„{name}“ wurde gelöscht. Chats damit bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Edit “{name}”</source>
        <translation>„{name}“ bearbeiten</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>„{name}“ löschen</translation>
    </message>
    <message>
        <source>New chats begin with it</source>
        <translation>Neue Chats beginnen damit</translation>
    </message>
    <message>
        <source>New chats begin with “{name}”</source>
        <translation>Neue Chats beginnen mit „{name}“</translation>
    </message>
    <message>
        <source>{tokens} tokens, and the context has {context_tokens}: no reply is possible. Shorten it.</source>
        <translation>{tokens} Token, und der Kontext hat {context_tokens}: Eine Antwort ist nicht möglich. Kürz ihn.</translation>
    </message>
    <message numerus="yes">
        <source>{count} tokens</source>
        <comment>{count} token</comment>
        <translation>
            <numerusform>{count} Token</numerusform>
            <numerusform>{count} Token</numerusform>
        </translation>
    </message>
    <message>
        <source>The whole chat is read again.</source>
        <translation>Der ganze Chat wird neu gelesen.</translation>
    </message>
    <message>
        <source>The whole chat is read again, {duration}.</source>
        <translation>Der ganze Chat wird neu gelesen, {duration}.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>How freely words are chosen. At 0 it is always the likeliest.</source>
        <translation>Wie frei Wörter gewählt werden. Bei 0 ist es immer das wahrscheinlichste.</translation>
    </message>
    <message>
        <source>Top p</source>
        <translation>Top p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together have this share are considered. 1 considers all.</source>
        <translation>Nur die wahrscheinlichsten Wörter, die zusammen diesen Anteil haben, kommen infrage. 1 lässt alle zu.</translation>
    </message>
    <message>
        <source>Top k</source>
        <translation>Top k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words are considered.</source>
        <translation>Nur so viele der wahrscheinlichsten Wörter kommen infrage.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Min p</source>
        <translation>Min p</translation>
    </message>
    <message>
        <source>Words less likely than this share of the likeliest are left out. 0 leaves none out.</source>
        <translation>Wörter, die weniger wahrscheinlich sind als dieser Anteil des wahrscheinlichsten, fallen weg. 0 lässt alle zu.</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>How much words that were just used are avoided. 1 avoids none.</source>
        <translation>Wie sehr gerade benutzte Wörter gemieden werden. 1 meidet keine.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>With a number, the same questions get the same replies. Usually another is drawn for each.</source>
        <translation>Mit einer Zahl bekommen dieselben Fragen dieselben Antworten. Sonst wird jedes Mal eine andere gezogen.</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufällig</translation>
    </message>
    <message>
        <source>Longest reply</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>In tokens, about three quarters of a word each. A longer one is cut and can go on.</source>
        <translation>In Token, jedes etwa drei Viertel eines Worts. Eine längere wird abgeschnitten und kann weitergehen.</translation>
    </message>
    <message>
        <source>Fork from the last message</source>
        <translation>Bei der letzten Nachricht abzweigen</translation>
    </message>
    <message>
        <source>The tree of this conversation</source>
        <translation>Der Baum dieses Gesprächs</translation>
    </message>
    <message>
        <source>Settings of this chat</source>
        <translation>Einstellungen dieses Chats</translation>
    </message>
    <message>
        <source>Show the sidebar</source>
        <translation>Seitenleiste einblenden</translation>
    </message>
    <message>
        <source>Menu of this chat</source>
        <translation>Menü dieses Chats</translation>
    </message>
    <message>
        <source>Close this pane</source>
        <translation>Diese Spalte schließen</translation>
    </message>
    <message>
        <source>Close this pane ({keys}). The chat is gone then.</source>
        <translation>Diese Spalte schließen ({keys}). Der Chat ist dann weg.</translation>
    </message>
    <message>
        <source>Begin with the preset {name}</source>
        <translation>Mit der Vorlage {name} beginnen</translation>
    </message>
    <message>
        <source>This preset no longer exists. Chats that have it keep what it gave them.</source>
        <translation>Diese Vorlage gibt es nicht mehr. Chats, die sie haben, behalten, was sie von ihr bekamen.</translation>
    </message>
    <message>
        <source>A preset needs a name. Nothing was changed; write one and save again.</source>
        <translation>Eine Vorlage braucht einen Namen. Nichts wurde geändert; schreib einen und speichere noch einmal.</translation>
    </message>
    <message>
        <source>The name is longer than {most} characters. Nothing was changed; shorten it and save again.</source>
        <translation>Der Name ist länger als {most} Zeichen. Nichts wurde geändert; kürz ihn und speichere noch einmal.</translation>
    </message>
    <message>
        <source>There is a preset “{name}” already. Nothing was changed; choose another name.</source>
        <translation>Es gibt schon eine Vorlage „{name}“. Nichts wurde geändert; wähle einen anderen Namen.</translation>
    </message>
    <message>
        <source>The system prompt has {tokens} tokens, and the context {context_tokens}. Nothing was changed; shorten it and save again.</source>
        <translation>Der Systemprompt hat {tokens} Token, der Kontext {context_tokens}. Nichts wurde geändert; kürz ihn und speichere noch einmal.</translation>
    </message>
    <message>
        <source>Nothing is lost: Redo brings it back.</source>
        <translation>Nichts geht verloren: Wiederholen bringt sie zurück.</translation>
    </message>
    <message>
        <source>Always keep ready</source>
        <translation>Immer bereithalten</translation>
    </message>
    <message>
        <source>What is saved for this chat is never removed to make room.</source>
        <translation>Was für diesen Chat gespeichert ist, wird nie entfernt, um Platz zu schaffen.</translation>
    </message>
    <message>
        <source>Keep thoughts in the context</source>
        <translation>Gedanken im Kontext behalten</translation>
    </message>
    <message>
        <source>Nothing is read again after a reply, but what the model thought takes room.</source>
        <translation>Nach einer Antwort wird nichts neu gelesen, aber was das Modell gedacht hat, braucht Platz.</translation>
    </message>
    <message>
        <source>Always the likeliest words</source>
        <translation>Immer die wahrscheinlichsten Wörter</translation>
    </message>
    <message>
        <source>Temperature 0: the same question gets the same reply.</source>
        <translation>Temperatur 0: Dieselbe Frage bekommt dieselbe Antwort.</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Neuer temporärer Chat</translation>
    </message>
    <message>
        <source>Nothing of it is saved.</source>
        <translation>Nichts davon wird gespeichert.</translation>
    </message>
    <message>
        <source>All versions and forks as a picture.</source>
        <translation>Alle Versionen und Abzweigungen als Bild.</translation>
    </message>
    <message>
        <source>Forks and quick resume take more room with this model: each fork keeps a full copy of what was read.</source>
        <translation>Abzweigungen und schnelles Fortsetzen brauchen mit diesem Modell mehr Platz: Jede Abzweigung behält eine volle Kopie des Gelesenen.</translation>
    </message>
    <message>
        <source>{name} on {device}, {count} tokens of context</source>
        <translation>{name} auf {device}, Kontext von {count} Token</translation>
    </message>
    <message>
        <source>{model}.
{more}</source>
        <translation>{model}.
{more}</translation>
    </message>
    <message>
        <source>Loading {name}</source>
        <translation>{name} wird geladen</translation>
    </message>
    <message>
        <source>Loading {name}, {percent}%</source>
        <translation>{name} wird geladen, {percent} %</translation>
    </message>
    <message>
        <source>{name}, sleeping</source>
        <translation>{name}, schläft</translation>
    </message>
    <message>
        <source>{name} sleeps, so its memory is free. It loads when you send.</source>
        <translation>{name} schläft, sein Speicher ist also frei. Es lädt, wenn du sendest.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>No model is loaded</source>
        <translation>Kein Modell geladen</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>Modell: {name}</translation>
    </message>
    <message>
        <source>Cancel loading</source>
        <translation>Laden abbrechen</translation>
    </message>
    <message>
        <source>Frees its memory. It comes back with your next message.</source>
        <translation>Gibt seinen Speicher frei. Mit deiner nächsten Nachricht kommt es zurück.</translation>
    </message>
    <message>
        <source>All models…</source>
        <translation>Alle Modelle …</translation>
    </message>
    <message>
        <source>Open a GGUF file…</source>
        <translation>GGUF-Datei öffnen …</translation>
    </message>
    <message>
        <source>{name} · {size}</source>
        <translation>{name} · {size}</translation>
    </message>
    <message>
        <source>What shall we talk about?</source>
        <translation>Worüber reden wir?</translation>
    </message>
    <message>
        <source>Open a model file</source>
        <translation>Modelldatei öffnen</translation>
    </message>
    <message>
        <source>{words}: {keys}</source>
        <translation>{words}: {keys}</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Chats side by side</source>
        <translation>Chats nebeneinander</translation>
    </message>
    <message>
        <source>The last reply</source>
        <translation>Die letzte Antwort</translation>
    </message>
    <message>
        <source>A message with the focus</source>
        <translation>Eine Nachricht mit dem Fokus</translation>
    </message>
    <message>
        <source>Search and find</source>
        <translation>Suchen und finden</translation>
    </message>
    <message>
        <source>The list of chats</source>
        <translation>Die Liste der Chats</translation>
    </message>
    <message>
        <source>The tree</source>
        <translation>Der Baum</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>Show or hide the sidebar</source>
        <translation>Seitenleiste ein- oder ausblenden</translation>
    </message>
    <message>
        <source>To the next part of the window</source>
        <translation>Zum nächsten Teil des Fensters</translation>
    </message>
    <message>
        <source>To the part before</source>
        <translation>Zum vorigen Teil</translation>
    </message>
    <message>
        <source>Stop the reply; or close what has the focus</source>
        <translation>Die Antwort anhalten; oder schließen, was den Fokus hat</translation>
    </message>
    <message>
        <source>What can be done with a chat, a message, a tab or a link</source>
        <translation>Was sich mit einem Chat, einer Nachricht, einem Tab oder einem Link machen lässt</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größerer Text</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinerer Text</translation>
    </message>
    <message>
        <source>Text of the usual size</source>
        <translation>Text in üblicher Größe</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>Alle Modelle</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>New temporary chat, which is not saved</source>
        <translation>Neuer temporärer Chat, der nicht gespeichert wird</translation>
    </message>
    <message>
        <source>The next chat of the list</source>
        <translation>Der nächste Chat der Liste</translation>
    </message>
    <message>
        <source>The chat before</source>
        <translation>Der vorige Chat</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>In den Papierkorb legen</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>The tree of the conversation</source>
        <translation>Der Baum des Gesprächs</translation>
    </message>
    <message>
        <source>Chat details</source>
        <translation>Einzelheiten des Chats</translation>
    </message>
    <message>
        <source>Choose the model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>New chat beside</source>
        <translation>Neuer Chat daneben</translation>
    </message>
    <message>
        <source>To the chat with this number from the left</source>
        <translation>Zum Chat mit dieser Nummer von links</translation>
    </message>
    <message>
        <source>To the chat on the left</source>
        <translation>Zum Chat links</translation>
    </message>
    <message>
        <source>To the chat on the right</source>
        <translation>Zum Chat rechts</translation>
    </message>
    <message>
        <source>Move to the left</source>
        <translation>Nach links verschieben</translation>
    </message>
    <message>
        <source>Move to the right</source>
        <translation>Nach rechts verschieben</translation>
    </message>
    <message>
        <source>Close; the chat stays in the list</source>
        <translation>Schließen; der Chat bleibt in der Liste</translation>
    </message>
    <message>
        <source>Wider or narrower, on the line between two chats</source>
        <translation>Breiter oder schmaler, auf der Linie zwischen zwei Chats</translation>
    </message>
    <message>
        <source>All equally wide, on that line</source>
        <translation>Alle gleich breit, auf dieser Linie</translation>
    </message>
    <message>
        <source>To the message box</source>
        <translation>Zum Eingabefeld</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>Send to all chats that are open</source>
        <translation>An alle offenen Chats senden</translation>
    </message>
    <message>
        <source>In an empty box: edit your last message</source>
        <translation>Im leeren Feld: deine letzte Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>In an empty box: take the last turn back</source>
        <translation>Im leeren Feld: letzte Runde zurücknehmen</translation>
    </message>
    <message>
        <source>In an empty box: bring the turn back</source>
        <translation>Im leeren Feld: Runde wiederholen</translation>
    </message>
    <message>
        <source>Save a reply that you edit</source>
        <translation>Eine Antwort speichern, die du bearbeitest</translation>
    </message>
    <message>
        <source>Leave a message as it was</source>
        <translation>Eine Nachricht lassen, wie sie war</translation>
    </message>
    <message>
        <source>Write another version</source>
        <translation>Eine andere Version schreiben</translation>
    </message>
    <message>
        <source>Go on with a reply that was cut short</source>
        <translation>Eine abgeschnittene Antwort weiterschreiben</translation>
    </message>
    <message>
        <source>Copy it</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the last code</source>
        <translation>Den letzten Code kopieren</translation>
    </message>
    <message>
        <source>In an empty box: the version before, the next one</source>
        <translation>Im leeren Feld: vorige Version, nächste Version</translation>
    </message>
    <message>
        <source>To the last message, and to those above</source>
        <translation>Zur letzten Nachricht und zu denen darüber</translation>
    </message>
    <message>
        <source>To the message below, and back to the box</source>
        <translation>Zur Nachricht darunter und zurück zum Feld</translation>
    </message>
    <message>
        <source>The one above, the one below</source>
        <translation>Die darüber, die darunter</translation>
    </message>
    <message>
        <source>The first, the last</source>
        <translation>Die erste, die letzte</translation>
    </message>
    <message>
        <source>Try 2, 3 or 4 ways</source>
        <translation>2, 3 oder 4 Wege versuchen</translation>
    </message>
    <message>
        <source>The version before, the next one</source>
        <translation>Vorige Version, nächste Version</translation>
    </message>
    <message>
        <source>Back to the message box</source>
        <translation>Zurück zum Eingabefeld</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Alle Chats durchsuchen</translation>
    </message>
    <message>
        <source>The result above, the one below</source>
        <translation>Der Treffer darüber, der darunter</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open it beside</source>
        <translation>Daneben öffnen</translation>
    </message>
    <message>
        <source>The next place</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>The place before</source>
        <translation>Vorige Stelle</translation>
    </message>
    <message>
        <source>In its field: the next place, the one before</source>
        <translation>In ihrem Feld: nächste Stelle, vorige Stelle</translation>
    </message>
    <message>
        <source>Close search or find</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Fold, unfold</source>
        <translation>Ein- und ausklappen</translation>
    </message>
    <message>
        <source>Rename the chat or folder</source>
        <translation>Chat oder Ordner umbenennen</translation>
    </message>
    <message>
        <source>Move the folder up</source>
        <translation>Den Ordner nach oben</translation>
    </message>
    <message>
        <source>Move the folder down</source>
        <translation>Den Ordner nach unten</translation>
    </message>
    <message>
        <source>Back from the trash</source>
        <translation>Zurück aus dem Papierkorb</translation>
    </message>
    <message>
        <source>Along a chat</source>
        <translation>Einen Chat entlang</translation>
    </message>
    <message>
        <source>To what stands beside it</source>
        <translation>Zu dem, was daneben steht</translation>
    </message>
    <message>
        <source>The first message, where this chat stands</source>
        <translation>Die erste Nachricht, wo dieser Chat steht</translation>
    </message>
    <message>
        <source>Back to the messages</source>
        <translation>Zurück zu den Nachrichten</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Find a key, or what it does</source>
        <translation>Eine Taste suchen oder was sie tut</translation>
    </message>
    <message>
        <source>Close the keys</source>
        <translation>Tasten schließen</translation>
    </message>
    <message>
        <source>Titles and messages of all chats</source>
        <translation>Titel und Nachrichten aller Chats</translation>
    </message>
    <message>
        <source>Still being indexed: older messages may be missing.</source>
        <translation>Wird noch erfasst: Ältere Nachrichten fehlen vielleicht.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search chats and messages</source>
        <translation>Chats und Nachrichten durchsuchen</translation>
    </message>
    <message>
        <source>Only chats with this model</source>
        <translation>Nur Chats mit diesem Modell</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Only chats in this folder</source>
        <translation>Nur Chats in diesem Ordner</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Only what was said since then</source>
        <translation>Nur was seitdem gesagt wurde</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>Alle Modelle</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Treffer</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Suche schließen</translation>
    </message>
    <message numerus="yes">
        <source>{count} found</source>
        <comment>{count} found</comment>
        <translation>
            <numerusform>{count} gefunden</numerusform>
            <numerusform>{count} gefunden</numerusform>
        </translation>
    </message>
    <message>
        <source>The best {count}</source>
        <translation>Die besten {count}</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>No other model was found yet. Get one below, or add one that you have.</source>
        <translation>Noch wurde kein anderes Modell gefunden. Hol unten eins oder füge eins hinzu, das du hast.</translation>
    </message>
    <message>
        <source>No model file was found yet. Get one below, or add one that you have.</source>
        <translation>Noch wurde keine Modelldatei gefunden. Hol unten eine oder füge eine hinzu, die du hast.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>All models in it are listed, also those that come later.</source>
        <translation>Alle Modelle darin stehen in der Liste, auch die, die später dazukommen.</translation>
    </message>
    <message>
        <source>Add a file…</source>
        <translation>Datei hinzufügen …</translation>
    </message>
    <message>
        <source>It is used where it is, without a copy.</source>
        <translation>Sie wird dort benutzt, wo sie ist, ohne Kopie.</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Folders…</source>
        <translation>Ordner …</translation>
    </message>
    <message>
        <source>Which folders are searched for models</source>
        <translation>In welchen Ordnern nach Modellen gesucht wird</translation>
    </message>
    <message>
        <source>Up and Down read one after the other.</source>
        <translation>Auf und Ab lesen eine nach der anderen.</translation>
    </message>
    <message>
        <source>In the trash: {title}</source>
        <translation>Im Papierkorb: {title}</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Nach links</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Nach rechts</translation>
    </message>
    <message>
        <source>{title}, branch {branch}{status}</source>
        <translation>{title}, Zweig {branch}{status}</translation>
    </message>
    <message>
        <source>Hide the sidebar</source>
        <translation>Seitenleiste ausblenden</translation>
    </message>
    <message>
        <source>Hide the sidebar ({keys})</source>
        <translation>Seitenleiste ausblenden ({keys})</translation>
    </message>
    <message>
        <source> New chat</source>
        <translation> Neuer Chat</translation>
    </message>
    <message>
        <source>New chat ({keys})</source>
        <translation>Neuer Chat ({keys})</translation>
    </message>
    <message>
        <source>New temporary chat ({keys}). Nothing of it is saved.</source>
        <translation>Neuer temporärer Chat ({keys}). Nichts davon wird gespeichert.</translation>
    </message>
    <message>
        <source>  Search  {keys}</source>
        <translation>  Suchen  {keys}</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source> Trash</source>
        <translation> Papierkorb</translation>
    </message>
    <message>
        <source>Chats that were moved to the trash</source>
        <translation>Chats, die in den Papierkorb gelegt wurden</translation>
    </message>
    <message>
        <source>Settings ({keys})</source>
        <translation>Einstellungen ({keys})</translation>
    </message>
    <message>
        <source>{model} on the {device}</source>
        <translation>{model} auf {device}</translation>
    </message>
    <message>
        <source>{model} on {device}</source>
        <translation>{model} auf {device}</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Lade das Modell</translation>
    </message>
    <message>
        <source>No model loaded</source>
        <translation>Kein Modell geladen</translation>
    </message>
    <message>
        <source>Width of the sidebar</source>
        <translation>Breite der Seitenleiste</translation>
    </message>
    <message>
        <source>Drag, or press Left and Right, to change the width. A double click brings the usual one.</source>
        <translation>Zieh die Linie oder drück die Pfeiltasten nach links und rechts, um die Breite zu ändern. Ein Doppelklick stellt die übliche her.</translation>
    </message>
    <message>
        <source>Fork from the last message ({keys}). This chat stays as it is.</source>
        <translation>Bei der letzten Nachricht abzweigen ({keys}). Dieser Chat bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>The tree of this conversation ({keys})</source>
        <translation>Der Baum dieses Gesprächs ({keys})</translation>
    </message>
    <message>
        <source>System prompt, presets and how replies are written ({keys})</source>
        <translation>Systemprompt, Vorlagen und wie Antworten geschrieben werden ({keys})</translation>
    </message>
    <message>
        <source>Show the sidebar ({keys})</source>
        <translation>Seitenleiste einblenden ({keys})</translation>
    </message>
    <message>
        <source>Close this pane ({keys}). The chat stays in the sidebar.</source>
        <translation>Diese Spalte schließen ({keys}). Der Chat bleibt in der Seitenleiste.</translation>
    </message>
    <message>
        <source>Undo last turn</source>
        <translation>Letzte Runde zurücknehmen</translation>
    </message>
    <message>
        <source>Redo turn</source>
        <translation>Runde wiederholen</translation>
    </message>
    <message>
        <source>Hide the tree</source>
        <translation>Baum ausblenden</translation>
    </message>
    <message>
        <source>Show the tree</source>
        <translation>Baum zeigen</translation>
    </message>
    <message>
        <source>Hide chat details</source>
        <translation>Einzelheiten des Chats ausblenden</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>Modelldatei öffnen …</translation>
    </message>
    <message>
        <source>Attach text files</source>
        <translation>Textdateien anhängen</translation>
    </message>
    <message>
        <source>Attach text files (Ctrl+Shift+A)</source>
        <translation>Textdateien anhängen (Strg+Umschalt+A)</translation>
    </message>
    <message>
        <source>Send after this reply</source>
        <translation>Nach dieser Antwort senden</translation>
    </message>
    <message>
        <source>Send after this reply (Enter)</source>
        <translation>Nach dieser Antwort senden (Enter)</translation>
    </message>
    <message>
        <source>Send to all</source>
        <translation>An alle senden</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Anhalten (Esc)</translation>
    </message>
    <message>
        <source>Send to all {count} chats that are open (Ctrl+Shift+Enter)</source>
        <translation>An alle {count} offenen Chats senden (Strg+Umschalt+Enter)</translation>
    </message>
    <message>
        <source>As the model does</source>
        <translation>Wie das Modell es tut</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Erst nachdenken</translation>
    </message>
    <message>
        <source>Answer directly</source>
        <translation>Direkt antworten</translation>
    </message>
    <message>
        <source>Thinking: auto</source>
        <translation>Nachdenken: auto</translation>
    </message>
    <message>
        <source>Thinking: on</source>
        <translation>Nachdenken: an</translation>
    </message>
    <message>
        <source>Thinking: off</source>
        <translation>Nachdenken: aus</translation>
    </message>
    <message>
        <source>Whether the model thinks before it answers. A change may take some reading; the line above says how much.</source>
        <translation>Ob das Modell nachdenkt, bevor es antwortet. Bei einer Änderung muss vielleicht etwas neu gelesen werden; die Zeile darüber sagt, wie viel.</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Do not send this file</source>
        <translation>Diese Datei nicht senden</translation>
    </message>
    <message>
        <source>Attached file {name}, {tokens}</source>
        <translation>Angehängte Datei {name}, {tokens}</translation>
    </message>
    <message numerus="yes">
        <source>{count} more are sent after these</source>
        <comment>{count} more is sent after these</comment>
        <translation>
            <numerusform>{count} weitere wird danach gesendet</numerusform>
            <numerusform>{count} weitere werden danach gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>Sent after this reply</source>
        <translation>Wird nach dieser Antwort gesendet</translation>
    </message>
    <message>
        <source>Sent after that</source>
        <translation>Wird danach gesendet</translation>
    </message>
    <message>
        <source>{when}: {text}</source>
        <translation>{when}: {text}</translation>
    </message>
    <message>
        <source>Edit the message that waits: {text}</source>
        <translation>Wartende Nachricht bearbeiten: {text}</translation>
    </message>
    <message>
        <source>Take it back into the message box</source>
        <translation>Zurück ins Eingabefeld nehmen</translation>
    </message>
    <message>
        <source>Remove the message that waits: {text}</source>
        <translation>Wartende Nachricht entfernen: {text}</translation>
    </message>
    <message>
        <source>Do not send it</source>
        <translation>Nicht senden</translation>
    </message>
    <message>
        <source>{tokens} tokens</source>
        <translation>{tokens} Token</translation>
    </message>
    <message>
        <source>This message has {message} tokens. With it the chat has {total} of {context}.</source>
        <translation>Diese Nachricht hat {message} Token. Mit ihr hat der Chat {total} von {context}.</translation>
    </message>
    <message>
        <source>This message has {message} tokens, more than the model can read at once and answer: {most}. Shorten it or remove a file.</source>
        <translation>Diese Nachricht hat {message} Token, mehr als das Modell auf einmal lesen und beantworten kann: {most}. Kürz sie oder entfern eine Datei.</translation>
    </message>
    <message>
        <source>This message has {message} tokens, more than the model can read at once and answer: {most}. Shorten it or send it in parts.</source>
        <translation>Diese Nachricht hat {message} Token, mehr als das Modell auf einmal lesen und beantworten kann: {most}. Kürz sie oder sende sie in Teilen.</translation>
    </message>
    <message>
        <source>With this message the chat has {total} tokens, and {most} leave room for a reply. Shorten it, remove a file, or send it in a new chat.</source>
        <translation>Mit dieser Nachricht hat der Chat {total} Token; {most} lassen Platz für eine Antwort. Kürz sie, entfern eine Datei oder sende sie in einem neuen Chat.</translation>
    </message>
    <message>
        <source>With this message the chat has {total} tokens, and {most} leave room for a reply. Shorten it or send it in a new chat.</source>
        <translation>Mit dieser Nachricht hat der Chat {total} Token; {most} lassen Platz für eine Antwort. Kürz sie oder sende sie in einem neuen Chat.</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>The model cannot read pictures, so it was not attached. Describe it in words.</source>
        <translation>Das Modell kann keine Bilder lesen, darum wurde es nicht angehängt. Beschreib es in Worten.</translation>
    </message>
    <message numerus="yes">
        <source>A message takes {most} files, so {count} were not attached. Send them with the next one.</source>
        <comment>A message takes {most} files, so {count} was not attached. Send it with the next one.</comment>
        <translation>
            <numerusform>Eine Nachricht nimmt {most} Dateien, darum wurde {count} nicht angehängt. Sende sie mit der nächsten.</numerusform>
            <numerusform>Eine Nachricht nimmt {most} Dateien, darum wurden {count} nicht angehängt. Sende sie mit der nächsten.</numerusform>
        </translation>
    </message>
    <message>
        <source>With this message the chat has {needed} tokens, and {most} leave room for a reply. It was not sent and is kept; shorten it, leave out a file, or start a new chat.</source>
        <translation>Mit dieser Nachricht hat der Chat {needed} Token; {most} lassen Platz für eine Antwort. Sie wurde nicht gesendet und bleibt erhalten; kürz sie, lass eine Datei weg oder beginn einen neuen Chat.</translation>
    </message>
    <message>
        <source>“{name}” has {tokens} tokens and the model can read {most} at once, so it was not attached. Attach the part that matters.</source>
        <translation>„{name}“ hat {tokens} Token, und das Modell kann {most} auf einmal lesen; darum wurde die Datei nicht angehängt. Häng den Teil an, auf den es ankommt.</translation>
    </message>
    <message>
        <source>“{name}” is a folder, so it was not attached. Attach the files in it.</source>
        <translation>„{name}“ ist ein Ordner und wurde nicht angehängt. Häng die Dateien darin an.</translation>
    </message>
    <message>
        <source>“{name}” is no file that can be read, so it was not attached.</source>
        <translation>„{name}“ ist keine lesbare Datei und wurde nicht angehängt.</translation>
    </message>
    <message>
        <source>“{name}” could not be read ({reason}), so it was not attached. Your message is kept.</source>
        <translation>„{name}“ konnte nicht gelesen werden ({reason}) und wurde nicht angehängt. Deine Nachricht bleibt erhalten.</translation>
    </message>
    <message>
        <source>“{name}” is empty, so it was not attached.</source>
        <translation>„{name}“ ist leer und wurde nicht angehängt.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {limit} MB, so it was not attached. Attach the part that matters.</source>
        <translation>„{name}“ ist größer als {limit} MB und wurde nicht angehängt. Häng den Teil an, auf den es ankommt.</translation>
    </message>
    <message>
        <source>“{name}” is not a text file, so it was not attached. Save it as plain text and attach that.</source>
        <translation>„{name}“ ist keine Textdatei und wurde nicht angehängt. Speichere sie als einfachen Text und häng den an.</translation>
    </message>
    <message>
        <source>“{name}” is a picture, which the model cannot read, so it was not attached. Describe it in words.</source>
        <translation>„{name}“ ist ein Bild, das das Modell nicht lesen kann; es wurde nicht angehängt. Beschreib es in Worten.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Interrupted. Kept up to here.</source>
        <translation>Unterbrochen. Bis hierher erhalten.</translation>
    </message>
    <message>
        <source>Cut short at the limit that was set. Kept up to here.</source>
        <translation>An der gesetzten Grenze abgeschnitten. Bis hierher erhalten.</translation>
    </message>
    <message>
        <source>The reply failed. Kept up to here.</source>
        <translation>Die Antwort ist gescheitert. Bis hierher erhalten.</translation>
    </message>
    <message>
        <source>The context is full. Kept up to here.</source>
        <translation>Der Kontext ist voll. Bis hierher erhalten.</translation>
    </message>
    <message>
        <source>The temperature is 0, so the reply is the same.</source>
        <translation>Die Temperatur ist 0, darum ist die Antwort dieselbe.</translation>
    </message>
    <message>
        <source>No reply yet.</source>
        <translation>Noch keine Antwort.</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Write the reply anew. This one is kept as a version.</source>
        <translation>Die Antwort neu schreiben. Diese bleibt als Version erhalten.</translation>
    </message>
    <message>
        <source>Forked here</source>
        <translation>Hier abgezweigt</translation>
    </message>
    <message>
        <source>Open the fork {title}, branch {letter}</source>
        <translation>Abzweigung {title} öffnen, Zweig {letter}</translation>
    </message>
    <message>
        <source>Open this fork (branch {letter})</source>
        <translation>Diese Abzweigung öffnen (Zweig {letter})</translation>
    </message>
    <message numerus="yes">
        <source>+{count} forks</source>
        <comment>+1 fork</comment>
        <translation>
            <numerusform>+{count} Abzweigung</numerusform>
            <numerusform>+{count} Abzweigungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Show all forks that leave here</source>
        <translation>Alle Abzweigungen zeigen, die hier abgehen</translation>
    </message>
    <message numerus="yes">
        <source>{count} messages shared with</source>
        <comment>1 message shared with</comment>
        <translation>
            <numerusform>{count} Nachricht gemeinsam mit</numerusform>
            <numerusform>{count} Nachrichten gemeinsam mit</numerusform>
        </translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Hide {what} {title}</source>
        <translation>Ausblenden: {what} {title}</translation>
    </message>
    <message>
        <source>Show {what} {title}</source>
        <translation>Zeigen: {what} {title}</translation>
    </message>
    <message>
        <source>The model reads from here on</source>
        <translation>Das Modell liest ab hier</translation>
    </message>
    <message>
        <source>What stands above is kept, and not read by the model. Opens what can be done.</source>
        <translation>Was darüber steht, bleibt erhalten und wird vom Modell nicht gelesen. Öffnet, was sich tun lässt.</translation>
    </message>
    <message>
        <source>Reading progress</source>
        <translation>Fortschritt des Lesens</translation>
    </message>
    <message>
        <source>What is saved for this chat is then never removed to make room.</source>
        <translation>Was für diesen Chat gespeichert ist, wird dann nie entfernt, um Platz zu schaffen.</translation>
    </message>
    <message>
        <source>another model is loaded</source>
        <translation>ein anderes Modell ist geladen</translation>
    </message>
    <message>
        <source>the model file has changed</source>
        <translation>die Modelldatei hat sich geändert</translation>
    </message>
    <message>
        <source>a setting has changed, the memory of the model</source>
        <translation>eine Einstellung hat sich geändert, das Gedächtnis des Modells</translation>
    </message>
    <message>
        <source>a setting has changed, thinking</source>
        <translation>eine Einstellung hat sich geändert, das Nachdenken</translation>
    </message>
    <message>
        <source>the system prompt has changed</source>
        <translation>der Systemprompt hat sich geändert</translation>
    </message>
    <message>
        <source>it was removed to make room</source>
        <translation>er wurde entfernt, um Platz zu schaffen</translation>
    </message>
    <message>
        <source>the saved part was damaged</source>
        <translation>der gespeicherte Teil war beschädigt</translation>
    </message>
    <message>
        <source>an earlier message has changed</source>
        <translation>eine frühere Nachricht hat sich geändert</translation>
    </message>
    <message>
        <source>with this model only an earlier message was kept ready</source>
        <translation>mit diesem Modell war nur eine frühere Nachricht bereit</translation>
    </message>
    <message>
        <source>temporary chats are not kept ready</source>
        <translation>temporäre Chats werden nicht bereitgehalten</translation>
    </message>
    <message>
        <source>Rivulet was updated</source>
        <translation>Rivulet wurde aktualisiert</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>das Modell</translation>
    </message>
    <message>
        <source>Waits for the model, which is on its way.</source>
        <translation>Wartet auf das Modell, das unterwegs ist.</translation>
    </message>
    <message>
        <source>No model is loaded yet.</source>
        <translation>Es ist noch kein Modell geladen.</translation>
    </message>
    <message>
        <source>Getting ready for your next message</source>
        <translation>Macht sich für deine nächste Nachricht bereit</translation>
    </message>
    <message>
        <source>Waiting for room: another chat is using the context. This one goes on by itself.</source>
        <translation>Wartet auf Platz: Ein anderer Chat nutzt den Kontext. Dieser macht von selbst weiter.</translation>
    </message>
    <message>
        <source>{tokens} tokens in {time} ms</source>
        <translation>{tokens} Token in {time} ms</translation>
    </message>
    <message>
        <source>Ready at once, {time} saved</source>
        <translation>Sofort bereit, {time} gespart</translation>
    </message>
    <message>
        <source>Continues from message {number}, no waiting</source>
        <translation>Weiter ab Nachricht {number}, ohne Warten</translation>
    </message>
    <message>
        <source>About {count} min</source>
        <translation>Etwa {count} min</translation>
    </message>
    <message>
        <source>About {count} s</source>
        <translation>Etwa {count} s</translation>
    </message>
    <message>
        <source>Reading {done} of {total}</source>
        <translation>Liest {done} von {total}</translation>
    </message>
    <message>
        <source>Reading {done} of {total}, {time}</source>
        <translation>Liest {done} von {total}, {time}</translation>
    </message>
    <message>
        <source>Reading this chat again: {reason}.</source>
        <translation>Liest diesen Chat neu: {reason}.</translation>
    </message>
    <message>
        <source>{done} of {total} tokens</source>
        <translation>{done} von {total} Token</translation>
    </message>
    <message numerus="yes">
        <source>{count} tokens</source>
        <comment>1 token</comment>
        <translation>
            <numerusform>{count} Token</numerusform>
            <numerusform>{count} Token</numerusform>
        </translation>
    </message>
    <message>
        <source>Not kept ready: the next reply takes {time} longer.</source>
        <translation>Nicht bereitgehalten: Die nächste Antwort dauert {time} länger.</translation>
    </message>
    <message numerus="yes">
        <source>{count} tokens. Nothing is lost.</source>
        <comment>1 token. Nothing is lost.</comment>
        <translation>
            <numerusform>{count} Token. Nichts geht verloren.</numerusform>
            <numerusform>{count} Token. Nichts geht verloren.</numerusform>
        </translation>
    </message>
    <message>
        <source>This chat is read when you begin to write.</source>
        <translation>Dieser Chat wird gelesen, wenn du zu schreiben beginnst.</translation>
    </message>
    <message>
        <source>This chat is read again when you begin to write: {reason}.</source>
        <translation>Dieser Chat wird neu gelesen, wenn du zu schreiben beginnst: {reason}.</translation>
    </message>
    <message>
        <source>{time}.</source>
        <translation>{time}.</translation>
    </message>
    <message>
        <source>Context: {used} of {total} tokens of the context</source>
        <translation>Kontext: {used} von {total} Token belegt</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Context, nearly full: {used} of {total} tokens of the context</source>
        <translation>Kontext, fast voll: {used} von {total} Token belegt</translation>
    </message>
    <message>
        <source>{percent}%, full</source>
        <translation>{percent} %, voll</translation>
    </message>
    <message>
        <source>{percent}%, nearly full</source>
        <translation>{percent} %, fast voll</translation>
    </message>
    <message>
        <source>{percent}%</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Writing the summary</source>
        <translation>Die Zusammenfassung wird geschrieben</translation>
    </message>
    <message>
        <source>What the model had to read and write since this chat was opened</source>
        <translation>Was das Modell seit dem Öffnen dieses Chats lesen und schreiben musste</translation>
    </message>
    <message>
        <source>What came from memory or from the disk and did not have to be read again</source>
        <translation>Was aus dem Speicher oder vom Datenträger kam und nicht neu gelesen werden musste</translation>
    </message>
    <message>
        <source>What is saved so that this chat is ready at once. Deleting it loses time, never messages.</source>
        <translation>Was gespeichert ist, damit dieser Chat sofort bereit ist. Es zu löschen kostet Zeit, nie Nachrichten.</translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation>Was sich tun lässt</translation>
    </message>
    <message>
        <source>{percent} % of what the model can read at once</source>
        <translation>{percent} % dessen, was das Modell auf einmal lesen kann</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Computed</source>
        <translation>Berechnet</translation>
    </message>
    <message>
        <source>Restored</source>
        <translation>Wiederhergestellt</translation>
    </message>
    <message>
        <source>Time saved</source>
        <translation>Gesparte Zeit</translation>
    </message>
    <message>
        <source>Last reply</source>
        <translation>Letzte Antwort</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>The next reply begins at once</source>
        <translation>Die nächste Antwort beginnt sofort</translation>
    </message>
    <message>
        <source>Not open</source>
        <translation>Nicht offen</translation>
    </message>
    <message>
        <source>{used} of {total} tokens</source>
        <translation>{used} von {total} Token</translation>
    </message>
    <message numerus="yes">
        <source>{count} tokens read</source>
        <comment>1 token read</comment>
        <translation>
            <numerusform>{count} Token gelesen</numerusform>
            <numerusform>{count} Token gelesen</numerusform>
        </translation>
    </message>
    <message>
        <source>{kept}, {read}</source>
        <translation>{kept}, {read}</translation>
    </message>
    <message numerus="yes">
        <source>{count} tokens were there</source>
        <comment>1 token was there</comment>
        <translation>
            <numerusform>{count} Token war da</numerusform>
            <numerusform>{count} Token waren da</numerusform>
        </translation>
    </message>
    <message>
        <source>{speed} tokens a second</source>
        <translation>{speed} Token pro Sekunde</translation>
    </message>
    <message>
        <source>Nothing saved yet</source>
        <translation>Noch nichts gespeichert</translation>
    </message>
    <message>
        <source>{size}, {shared} of it shared with other chats</source>
        <translation>{size}, davon {shared} mit anderen Chats geteilt</translation>
    </message>
    <message>
        <source>Open, no reply yet, since {time}</source>
        <translation>Offen, noch keine Antwort, seit {time}</translation>
    </message>
    <message>
        <source>Open, since {time}</source>
        <translation>Offen, seit {time}</translation>
    </message>
    <message>
        <source>Closed, since {time}</source>
        <translation>Geschlossen, seit {time}</translation>
    </message>
    <message>
        <source>Not kept ready any more, since {time}</source>
        <translation>Nicht mehr bereitgehalten, seit {time}</translation>
    </message>
    <message>
        <source>Ctrl+Z while the message box is empty</source>
        <translation>Strg+Z, solange das Eingabefeld leer ist</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Redo: bring the turn back</source>
        <translation>Wiederholen: die Runde zurückholen</translation>
    </message>
    <message>
        <source>Ctrl+Shift+Z while the message box is empty</source>
        <translation>Strg+Umschalt+Z, solange das Eingabefeld leer ist</translation>
    </message>
    <message>
        <source>Undo: take the turn back again</source>
        <translation>Rückgängig: die Runde wieder zurücknehmen</translation>
    </message>
    <message>
        <source>Undo: bring the messages back</source>
        <translation>Rückgängig: die Nachrichten zurückholen</translation>
    </message>
    <message numerus="yes">
        <source>{count} turns brought back</source>
        <comment>Turn brought back</comment>
        <translation>
            <numerusform>Runde zurückgeholt</numerusform>
            <numerusform>{count} Runden zurückgeholt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} turns taken back</source>
        <comment>Turn taken back</comment>
        <translation>
            <numerusform>Runde zurückgenommen</numerusform>
            <numerusform>{count} Runden zurückgenommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} messages deleted from here on</source>
        <comment>Message deleted</comment>
        <translation>
            <numerusform>Nachricht gelöscht</numerusform>
            <numerusform>{count} Nachrichten ab hier gelöscht</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing leaves the chat: all of it stays readable.</source>
        <translation>Nichts verlässt den Chat: Alles bleibt lesbar.</translation>
    </message>
    <message>
        <source>Its last message is too long for it. Take the message back and shorten it, or open a model that reads more at once.</source>
        <translation>Seine letzte Nachricht ist dafür zu lang. Nimm sie zurück und kürz sie, oder öffne ein Modell, das mehr auf einmal liest.</translation>
    </message>
    <message>
        <source>This chat has {used} tokens, and the model can read {total} at once. What was said is kept; choose how it goes on.</source>
        <translation>Dieser Chat hat {used} Token, und das Modell kann {total} auf einmal lesen. Was gesagt wurde, bleibt erhalten; wähle, wie es weitergeht.</translation>
    </message>
    <message>
        <source>This chat fills all that the model can read at once. Choose how it goes on.</source>
        <translation>Dieser Chat füllt alles, was das Modell auf einmal lesen kann. Wähle, wie es weitergeht.</translation>
    </message>
    <message>
        <source>This chat fills {percent} % of what the model can read at once.</source>
        <translation>Dieser Chat füllt {percent} % dessen, was das Modell auf einmal lesen kann.</translation>
    </message>
    <message>
        <source>Leave out the oldest</source>
        <translation>Die ältesten weglassen</translation>
    </message>
    <message>
        <source>Take them in again</source>
        <translation>Wieder aufnehmen</translation>
    </message>
    <message numerus="yes">
        <source>{count} messages</source>
        <comment>1 message</comment>
        <translation>
            <numerusform>{count} Nachricht</numerusform>
            <numerusform>{count} Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>reads them, {time}</source>
        <translation>liest sie, {time}</translation>
    </message>
    <message>
        <source>the model writes it</source>
        <translation>das Modell schreibt sie</translation>
    </message>
    <message>
        <source>the model writes it, {time}</source>
        <translation>das Modell schreibt sie, {time}</translation>
    </message>
    <message>
        <source>Go on in a fork that begins with a summary</source>
        <translation>In einer Abzweigung weitermachen, die mit einer Zusammenfassung beginnt</translation>
    </message>
    <message>
        <source>{count} tokens, {size} more of the memory</source>
        <translation>{count} Token, {size} mehr Arbeitsspeicher</translation>
    </message>
    <message>
        <source>{time} to load</source>
        <translation>{time} zum Laden</translation>
    </message>
    <message>
        <source>A longer context</source>
        <translation>Ein längerer Kontext</translation>
    </message>
    <message>
        <source>reads {count} tokens</source>
        <translation>liest {count} Token</translation>
    </message>
    <message>
        <source>reads the rest, {time}</source>
        <translation>liest den Rest, {time}</translation>
    </message>
    <message>
        <source>Sent to no chat yet. The message waits in the box of {waits}.</source>
        <translation>Noch an keinen Chat gesendet. Die Nachricht wartet im Eingabefeld von {waits}.</translation>
    </message>
    <message>
        <source>Sent to {count} of {panes} chats. The message waits in the box of {waits}.</source>
        <translation>An {count} von {panes} Chats gesendet. Die Nachricht wartet im Eingabefeld von {waits}.</translation>
    </message>
    <message>
        <source>“{title}”</source>
        <translation>„{title}“</translation>
    </message>
    <message numerus="yes">
        <source>Four chats are open, so {names} made room. They are still in the sidebar.</source>
        <comment>Four chats are open, so {names} made room. It is still in the sidebar.</comment>
        <translation>
            <numerusform>Vier Chats sind offen, darum hat {names} Platz gemacht. Du findest ihn weiter in der Seitenleiste.</numerusform>
            <numerusform>Vier Chats sind offen, darum haben {names} Platz gemacht. Du findest sie weiter in der Seitenleiste.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not opened: every pane holds a temporary chat. Close one first.</source>
        <translation>„{title}“ wurde nicht geöffnet: Jede Spalte zeigt einen temporären Chat. Schließ erst einen davon.</translation>
    </message>
    <message>
        <source>“{title}”, which is busy</source>
        <translation>„{title}“, der gerade arbeitet</translation>
    </message>
    <message>
        <source>“{title}”, which asks which model goes on</source>
        <translation>„{title}“, der fragt, welches Modell weitermacht</translation>
    </message>
    <message>
        <source>{first}, {second}</source>
        <translation>{first}, {second}</translation>
    </message>
    <message>
        <source>{first} and {second}</source>
        <translation>{first} und {second}</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Einzelheiten schließen</translation>
    </message>
    <message>
        <source>Stopped. No summary was written, and the chat stays as it is.</source>
        <translation>Angehalten. Es wurde keine Zusammenfassung geschrieben, und der Chat bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>The model wrote no summary. The chat stays as it is; leave out its oldest messages or choose another model.</source>
        <translation>Das Modell hat keine Zusammenfassung geschrieben. Der Chat bleibt, wie er ist; lass seine ältesten Nachrichten weg oder wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>The graphics card has no room for {name}, so the processor runs it, more slowly.</source>
        <translation>Die Grafikkarte hat keinen Platz für {name}, deshalb läuft es langsamer auf dem Prozessor.</translation>
    </message>
    <message>
        <source>It is tried in a process of its own first, as every new file</source>
        <translation>Es wird wie jede neue Datei zuerst in einem eigenen Prozess ausprobiert</translation>
    </message>
    <message numerus="yes">
        <source>CPU, {count} threads</source>
        <comment>CPU, 1 thread</comment>
        <translation>
            <numerusform>CPU, {count} Thread</numerusform>
            <numerusform>CPU, {count} Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>Rivulet ended while {name} was loading, so it was not loaded by itself. Choose it again to try once more.</source>
        <translation>Rivulet endete, während {name} geladen wurde; deshalb wurde es nicht von selbst geladen. Wähle es noch einmal, um es wieder zu versuchen.</translation>
    </message>
    <message>
        <source>{name} could not be loaded with a context of {count} tokens, so a shorter one is used.</source>
        <translation>{name} konnte nicht mit einem Kontext von {count} Token geladen werden, darum wird ein kürzerer benutzt.</translation>
    </message>
    <message>
        <source>{name} could not be loaded with a {cache_type} cache, so {used} is used.</source>
        <translation>{name} konnte nicht mit einem {cache_type}-Cache geladen werden, darum wird {used} benutzt.</translation>
    </message>
    <message>
        <source>Writing the summary of “{title}”</source>
        <translation>Die Zusammenfassung von „{title}“ wird geschrieben</translation>
    </message>
    <message>
        <source>The summary of “{title}” is written.</source>
        <translation>Die Zusammenfassung von „{title}“ ist fertig.</translation>
    </message>
    <message>
        <source>Hide chat settings</source>
        <translation>Chat-Einstellungen ausblenden</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>es ist keine Datei</translation>
    </message>
    <message>
        <source>it is larger than {size} GiB</source>
        <translation>sie ist größer als {size} GiB</translation>
    </message>
    <message>
        <source>it is a zip file; unpack it first and choose the conversations.json in it</source>
        <translation>sie ist ein Zip-Archiv; entpacke es erst und wähle die conversations.json darin</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>sie ist leer</translation>
    </message>
    <message>
        <source>entry {number}</source>
        <translation>Eintrag {number}</translation>
    </message>
    <message>
        <source>it was stopped</source>
        <translation>er wurde angehalten</translation>
    </message>
    <message>
        <source>No chats imported.</source>
        <translation>Keine Chats importiert.</translation>
    </message>
    <message numerus="yes">
        <source>{count} chats imported, {trashed} of them into the trash.</source>
        <comment>{count} chat imported, {trashed} of them into the trash.</comment>
        <translation>
            <numerusform>{count} Chat importiert, {trashed} davon in den Papierkorb.</numerusform>
            <numerusform>{count} Chats importiert, {trashed} davon in den Papierkorb.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} chats imported.</source>
        <comment>{count} chat imported.</comment>
        <translation>
            <numerusform>{count} Chat importiert.</numerusform>
            <numerusform>{count} Chats importiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>{where}: {why}</source>
        <translation>{where}: {why}</translation>
    </message>
    <message>
        <source>{first}; {second}</source>
        <translation>{first}; {second}</translation>
    </message>
    <message numerus="yes">
        <source>{first}; and {count} more</source>
        <comment>{first}; and {count} more</comment>
        <translation>
            <numerusform>{first}; und {count} weiterer</numerusform>
            <numerusform>{first}; und {count} weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} skipped: {reasons}.</source>
        <comment>{count} skipped: {reasons}.</comment>
        <translation>
            <numerusform>{count} übersprungen: {reasons}.</numerusform>
            <numerusform>{count} übersprungen: {reasons}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The import was stopped; what was imported stays.</source>
        <translation>Der Import wurde angehalten; was importiert wurde, bleibt.</translation>
    </message>
    <message>
        <source>What follows in the file could not be read: {why}.</source>
        <translation>Was in der Datei folgt, konnte nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>the chat</source>
        <translation>der Chat</translation>
    </message>
    <message>
        <source>it does not hold one chat</source>
        <translation>sie enthält nicht genau einen Chat</translation>
    </message>
    <message>
        <source>the saved state</source>
        <translation>der gespeicherte Zustand</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>a node</source>
        <translation>ein Knoten</translation>
    </message>
    <message>
        <source>a context</source>
        <translation>ein Kontext</translation>
    </message>
    <message>
        <source>its end is missing</source>
        <translation>das Ende fehlt</translation>
    </message>
    <message>
        <source>the chats from entry {number} on</source>
        <translation>die Chats ab Eintrag {number}</translation>
    </message>
    <message>
        <source>it is larger than {size} MiB</source>
        <translation>das ist größer als {size} MiB</translation>
    </message>
    <message>
        <source>a message is missing in it</source>
        <translation>darin fehlt eine Nachricht</translation>
    </message>
    <message>
        <source>a chat is missing in it</source>
        <translation>darin fehlt ein Chat</translation>
    </message>
    <message>
        <source>it has messages that belong to no chat</source>
        <translation>darin sind Nachrichten, die zu keinem Chat gehören</translation>
    </message>
    <message>
        <source>its beginning</source>
        <translation>dem Anfang</translation>
    </message>
    <message>
        <source>it holds no chats of Rivulet</source>
        <translation>darin sind keine Chats von Rivulet</translation>
    </message>
    <message>
        <source>it has version {version}, and this Rivulet knows {known}</source>
        <translation>sie hat Version {version}, und dieses Rivulet kennt {known}</translation>
    </message>
    <message>
        <source>message {number} has a status that it cannot have</source>
        <translation>Nachricht {number} hat einen Status, den sie nicht haben kann</translation>
    </message>
    <message>
        <source>its chats have too many messages</source>
        <translation>die Chats darin haben zu viele Nachrichten</translation>
    </message>
    <message>
        <source>a chat names a message that it does not have</source>
        <translation>ein Chat nennt eine Nachricht, die er nicht hat</translation>
    </message>
    <message>
        <source>a chat has two texts in place of one message</source>
        <translation>ein Chat hat zwei Texte an der Stelle einer Nachricht</translation>
    </message>
    <message>
        <source>an edit</source>
        <translation>eine Bearbeitung</translation>
    </message>
    <message>
        <source>stats</source>
        <translation>die Messwerte</translation>
    </message>
    <message>
        <source>it has too many messages</source>
        <translation>zu viele Nachrichten</translation>
    </message>
    <message>
        <source>it has no messages</source>
        <translation>keine Nachrichten</translation>
    </message>
    <message>
        <source>a message</source>
        <translation>einer Nachricht</translation>
    </message>
    <message>
        <source>its messages lead in a circle</source>
        <translation>die Nachrichten führen im Kreis</translation>
    </message>
    <message>
        <source>another program is using the file</source>
        <translation>ein anderes Programm verwendet die Datei</translation>
    </message>
    <message>
        <source>the file cannot be opened</source>
        <translation>die Datei lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>the file is damaged</source>
        <translation>die Datei ist beschädigt</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>der Datenträger meldet einen Fehler</translation>
    </message>
    <message>
        <source>the file may not be written</source>
        <translation>die Datei darf nicht geschrieben werden</translation>
    </message>
    <message>
        <source>A change could not be saved; the log has the details. What was saved before is kept.</source>
        <translation>Eine Änderung konnte nicht gespeichert werden; das Protokoll sagt mehr. Was vorher gespeichert war, bleibt.</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>der Datenträger ist voll</translation>
    </message>
    <message>
        <source>The conversations could not be read or changed: {reason}. What was saved before is kept.</source>
        <translation>Die Chats konnten nicht gelesen oder geändert werden: {reason}. Was vorher gespeichert war, bleibt.</translation>
    </message>
    <message>
        <source>The conversations are closed already, so the last change was not saved.</source>
        <translation>Die Chats sind schon geschlossen, darum wurde die letzte Änderung nicht gespeichert.</translation>
    </message>
    <message>
        <source>{what} is no object</source>
        <translation>{what} ist kein Objekt</translation>
    </message>
    <message>
        <source>{what} is nested too deeply</source>
        <translation>{what} ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>{name} of {what} is missing or wrong</source>
        <translation>{what}: {name} fehlt oder ist falsch</translation>
    </message>
    <message>
        <source>{name} is no number</source>
        <translation>{name} ist keine Zahl</translation>
    </message>
    <message>
        <source>it is no list</source>
        <translation>sie ist keine Liste</translation>
    </message>
    <message>
        <source>a comma is missing after entry {number}</source>
        <translation>nach Eintrag {number} fehlt ein Komma</translation>
    </message>
    <message>
        <source>entry {number} is no object</source>
        <translation>Eintrag {number} ist kein Objekt</translation>
    </message>
    <message>
        <source>it is cut short in entry {number}</source>
        <translation>sie ist in Eintrag {number} abgeschnitten</translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation>das ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>Temporary: nothing of it is saved</source>
        <translation>Temporär: Nichts davon wird gespeichert</translation>
    </message>
    <message>
        <source>Keep this chat</source>
        <translation>Diesen Chat behalten</translation>
    </message>
    <message>
        <source>It becomes an ordinary chat, saved from its first message on.</source>
        <translation>Er wird ein gewöhnlicher Chat, gespeichert ab seiner ersten Nachricht.</translation>
    </message>
    <message>
        <source>Close and forget</source>
        <translation>Schließen und vergessen</translation>
    </message>
    <message>
        <source>Leave it open</source>
        <translation>Offen lassen</translation>
    </message>
    <message>
        <source>Close this chat? Nothing of it was saved, so it is gone then.</source>
        <translation>Diesen Chat schließen? Nichts davon wurde gespeichert, er ist dann weg.</translation>
    </message>
    <message>
        <source>Any folder</source>
        <translation>Alle Ordner</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>Jederzeit</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>A year</source>
        <translation>Ein Jahr</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>{day} {month}</source>
        <translation>{day}. {month}</translation>
    </message>
    <message>
        <source>{day} {month} {year}</source>
        <translation>{day}. {month} {year}</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>Name des Ordners</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>+{count}</source>
        <translation>+{count}</translation>
    </message>
    <message>
        <source>{title}, branch {branch}{status}{forks}</source>
        <translation>{title}, Zweig {branch}{status}{forks}</translation>
    </message>
    <message numerus="yes">
        <source>{name}, folder, {count} chats, folded</source>
        <comment>{name}, folder, {count} chat, folded</comment>
        <translation>
            <numerusform>{name}, Ordner, {count} Chat, eingeklappt</numerusform>
            <numerusform>{name}, Ordner, {count} Chats, eingeklappt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name}, folder, {count} chats</source>
        <comment>{name}, folder, {count} chat</comment>
        <translation>
            <numerusform>{name}, Ordner, {count} Chat</numerusform>
            <numerusform>{name}, Ordner, {count} Chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, {count} forks folded</source>
        <comment>, {count} fork folded</comment>
        <translation>
            <numerusform>, {count} Abzweigung eingeklappt</numerusform>
            <numerusform>, {count} Abzweigungen eingeklappt</numerusform>
        </translation>
    </message>
    <message>
        <source>Left and Right fold and unfold. The Menu key shows what can be done with a chat or folder.</source>
        <translation>Links und Rechts klappen ein und aus. Die Menütaste zeigt, was sich mit einem Chat oder Ordner machen lässt.</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>Älter</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Delete now</source>
        <translation>Jetzt löschen</translation>
    </message>
    <message>
        <source>Undo: bring “{title}” back</source>
        <translation>Rückgängig: „{title}“ zurückholen</translation>
    </message>
    <message>
        <source>Its text and what was kept ready are deleted. Forks stay.</source>
        <translation>Sein Text und was ihn bereithielt, werden gelöscht. Abzweigungen bleiben.</translation>
    </message>
    <message>
        <source>Chats in the trash</source>
        <translation>Chats im Papierkorb</translation>
    </message>
    <message>
        <source>Empty trash</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Back to the chats</source>
        <translation>Zurück zu den Chats</translation>
    </message>
    <message>
        <source>Kept for {days} days, then deleted.</source>
        <translation>Bleibt {days} Tage, dann wird gelöscht.</translation>
    </message>
    <message>
        <source>Nothing is in the trash.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
    <message numerus="yes">
        <source>All {count} chats are deleted, with their text and what was kept ready. Forks stay.</source>
        <comment>All {count} chats are deleted, with their text and what was kept ready. Forks stay.</comment>
        <translation>
            <numerusform>Der Chat wird gelöscht, mit seinem Text und dem, was ihn bereithielt. Abzweigungen bleiben.</numerusform>
            <numerusform>Alle {count} Chats werden gelöscht, mit ihrem Text und dem, was sie bereithielt. Abzweigungen bleiben.</numerusform>
        </translation>
    </message>
    <message>
        <source>JSON, which can be imported again (*.json)</source>
        <translation>JSON, lässt sich wieder importieren (*.json)</translation>
    </message>
    <message>
        <source>Markdown, to read (*.md)</source>
        <translation>Markdown, zum Lesen (*.md)</translation>
    </message>
    <message>
        <source>Chats (*.json *.rivulet);;All files (*)</source>
        <translation>Chats (*.json *.rivulet);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation>Diesen Chat exportieren</translation>
    </message>
    <message>
        <source>Rivulet chats</source>
        <translation>Rivulet-Chats</translation>
    </message>
    <message>
        <source>Export all chats</source>
        <translation>Alle Chats exportieren</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Chats importieren</translation>
    </message>
    <message>
        <source>“{title}” was written to {path}.</source>
        <translation>„{title}“ wurde nach {path} geschrieben.</translation>
    </message>
    <message numerus="yes">
        <source>{count} chats were written to {path}.</source>
        <comment>{count} chat was written to {path}.</comment>
        <translation>
            <numerusform>{count} Chat wurde nach {path} geschrieben.</numerusform>
            <numerusform>{count} Chats wurden nach {path} geschrieben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Exporting to {file}</source>
        <translation>Exportiere nach {file}</translation>
    </message>
    <message>
        <source>Importing {file}</source>
        <translation>Importiere {file}</translation>
    </message>
    <message numerus="yes">
        <source>{count} chats, “{title}” among them, are too large to be imported again and were left out. They are kept as they are.</source>
        <comment>“{title}” is too large to be imported again and was left out. It is kept as it is.</comment>
        <translation>
            <numerusform>„{title}“ ist zu groß, um wieder importiert zu werden, und wurde ausgelassen. Der Chat bleibt, wie er ist.</numerusform>
            <numerusform>{count} Chats, darunter „{title}“, sind zu groß, um wieder importiert zu werden, und wurden ausgelassen. Sie bleiben, wie sie sind.</numerusform>
        </translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>For example: Answer briefly.</source>
        <translation>Zum Beispiel: Antworte kurz.</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>Temporärer Chat</translation>
    </message>
    <message>
        <source>{title}, way {number}</source>
        <translation>{title}, Weg {number}</translation>
    </message>
    <message>
        <source>Fork {number} of {title}</source>
        <translation>Abzweigung {number} von {title}</translation>
    </message>
    <message>
        <source>Fork of {title}</source>
        <translation>Abzweigung von {title}</translation>
    </message>
    <message>
        <source>The file of {name} is another one than before, so your chats with it are read again. Your messages are kept.</source>
        <translation>Die Datei von {name} ist eine andere als zuvor, deshalb werden deine Chats mit ihm neu gelesen. Deine Nachrichten bleiben.</translation>
    </message>
    <message>
        <source>This is no access token, so nothing was kept. Copy it anew from your settings on Hugging Face.</source>
        <translation>Das ist kein Zugriffstoken, deshalb wurde nichts behalten. Kopiere es noch einmal aus deinen Einstellungen bei Hugging Face.</translation>
    </message>
    <message>
        <source>{name} is not among the models any more. Nothing was changed.</source>
        <translation>{name} ist nicht mehr unter den Modellen. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>{name} is loaded, so it was not removed. Load another model first.</source>
        <translation>{name} ist geladen und wurde deshalb nicht entfernt. Lade zuerst ein anderes Modell.</translation>
    </message>
    <message>
        <source>{name} belongs to Rivulet, so it was not removed. A switch in the settings leaves it out.</source>
        <translation>{name} gehört zu Rivulet und wurde darum nicht entfernt. Ein Schalter in den Einstellungen lässt ihn weg.</translation>
    </message>
    <message>
        <source>{name} could not be deleted ({reason}). It is still there; close what uses it and try again.</source>
        <translation>{name} konnte nicht gelöscht werden ({reason}). Es ist noch da; schließ, was es benutzt, und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>{name} is no folder that can be read. Nothing was changed; choose another one.</source>
        <translation>{name} ist kein Ordner, der gelesen werden kann. Nichts wurde geändert; wähle einen anderen.</translation>
    </message>
    <message>
        <source>{name} could not be read to its end, so it was not checked. It is still there; try again.</source>
        <translation>{name} konnte nicht bis zum Ende gelesen werden und wurde deshalb nicht geprüft. Es ist noch da; versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Rivulet cannot do this now. Nothing was changed.</source>
        <translation>Rivulet kann das gerade nicht. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Runs on almost any computer; for short and simple questions.</source>
        <translation>Läuft auf fast jedem Computer; für kurze und einfache Fragen.</translation>
    </message>
    <message>
        <source>Small and quick; understands many languages.</source>
        <translation>Klein und schnell; versteht viele Sprachen.</translation>
    </message>
    <message>
        <source>Small, and can think before it answers.</source>
        <translation>Klein, und kann nachdenken, bevor es antwortet.</translation>
    </message>
    <message>
        <source>Small and open: its makers tell how it was trained.</source>
        <translation>Klein und offen: Seine Hersteller sagen, wie es trainiert wurde.</translation>
    </message>
    <message>
        <source>Answers to the point; good in European languages.</source>
        <translation>Antwortet knapp; gut in europäischen Sprachen.</translation>
    </message>
    <message>
        <source>Good at mathematics and logic for its size.</source>
        <translation>Für seine Größe gut in Mathematik und Logik.</translation>
    </message>
    <message>
        <source>Writes well, in more than a hundred languages.</source>
        <translation>Schreibt gut, in mehr als hundert Sprachen.</translation>
    </message>
    <message>
        <source>A quick helper for everyday questions and texts.</source>
        <translation>Ein schneller Helfer für alltägliche Fragen und Texte.</translation>
    </message>
    <message>
        <source>Can think before it answers; good at code and mathematics.</source>
        <translation>Kann nachdenken, bevor es antwortet; gut in Code und Mathematik.</translation>
    </message>
    <message>
        <source>Quick, even without a graphics card.</source>
        <translation>Schnell, auch ohne Grafikkarte.</translation>
    </message>
    <message>
        <source>Thinks before it answers, and is quick for its size.</source>
        <translation>Denkt nach, bevor es antwortet, und ist für seine Größe schnell.</translation>
    </message>
    <message>
        <source>Writes well in more than a hundred languages, and is quick for its size.</source>
        <translation>Schreibt gut in mehr als hundert Sprachen und ist für seine Größe schnell.</translation>
    </message>
    <message>
        <source>Knows much, and is quick for its size.</source>
        <translation>Weiß viel und ist für seine Größe schnell.</translation>
    </message>
    <message>
        <source>{name} is not the name of a model file that is safe to keep. Nothing was fetched; choose another.</source>
        <translation>{name} ist kein Name einer Modelldatei, der sicher ist. Nichts wurde geholt; wähle eine andere.</translation>
    </message>
    <message>
        <source>The hub has no checksum of {name}, so it could not be checked. Nothing was fetched; choose another.</source>
        <translation>Für {name} gibt es keine Prüfsumme, die Datei ließe sich also nicht prüfen. Nichts wurde geholt; wähle eine andere.</translation>
    </message>
    <message>
        <source>{name} is in your models folder already. It was not fetched again; remove it first to do so.</source>
        <translation>{name} liegt schon in deinem Modellordner. Die Datei wurde nicht noch einmal geholt; entferne sie vorher, wenn du das willst.</translation>
    </message>
    <message>
        <source>The disk has {free} free, and this needs {needed}. What has arrived is kept; make room, or choose a smaller model.</source>
        <translation>Auf dem Datenträger sind {free} frei, gebraucht werden {needed}. Was schon da ist, bleibt; schaffe Platz oder wähle ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The disk is full. What has arrived is kept; make room and resume.</source>
        <translation>Der Datenträger ist voll. Was schon da ist, bleibt; schaffe Platz und setze fort.</translation>
    </message>
    <message>
        <source>The models folder cannot be used ({reason}). What has arrived is kept; make it writable and resume.</source>
        <translation>Der Modellordner lässt sich nicht benutzen ({reason}). Was schon da ist, bleibt; mache ihn beschreibbar und setze fort.</translation>
    </message>
    <message>
        <source>{name} arrived damaged: its checksum is not the one that the hub has. It was removed; fetch it again.</source>
        <translation>{name} ist beschädigt angekommen: Die Prüfsumme ist nicht die, die Hugging Face nennt. Die Datei wurde entfernt; hole sie noch einmal.</translation>
    </message>
    <message>
        <source>The server has another file under the name of {name}. Nothing of it was kept; try again later.</source>
        <translation>Der Server hat unter dem Namen {name} eine andere Datei. Nichts davon wurde behalten; versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>A web page or something else came in place of {name}. It was not kept; if you are in a network that asks for a login, log in there and try again.</source>
        <translation>Statt {name} kam eine Webseite oder etwas anderes. Es wurde nicht behalten; wenn dein Netz eine Anmeldung verlangt, melde dich dort an und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>{name} could not be fetched; the log says more. What has arrived is kept; resume to try again.</source>
        <translation>{name} konnte nicht geholt werden; im Protokoll steht mehr. Was schon da ist, bleibt; setze fort, um es noch einmal zu versuchen.</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{name} is another one on the server now, so it is fetched from its beginning.</source>
        <translation>{name} ist auf dem Server jetzt eine andere Datei und wird deshalb von vorn geholt.</translation>
    </message>
    <message>
        <source>The server cannot go on where it stopped, so {name} is fetched from its beginning.</source>
        <translation>Der Server kann nicht an der Stelle weitermachen, an der es aufhörte, deshalb wird {name} von vorn geholt.</translation>
    </message>
    <message>
        <source>{file} is no model by itself: it goes with another one. Your chats are kept; choose a chat model.</source>
        <translation>{file} ist allein kein Modell: Es gehört zu einem anderen. Deine Chats bleiben; wähle ein Chatmodell.</translation>
    </message>
    <message>
        <source>{file} makes no text: it is a model for searching. Your chats are kept; choose a chat model.</source>
        <translation>{file} schreibt keinen Text: Es ist ein Modell zum Suchen. Deine Chats bleiben; wähle ein Chatmodell.</translation>
    </message>
    <message>
        <source>Rivulet may not use the network. Nothing was fetched; allow it in the settings, and start it without --offline.</source>
        <translation>Rivulet darf das Netz nicht benutzen. Nichts wurde geholt; erlaube es in den Einstellungen und starte ohne --offline.</translation>
    </message>
    <message>
        <source>{host} is not found on the network. What has arrived is kept; check your connection.</source>
        <translation>{host} ist im Netz nicht zu finden. Was schon da ist, bleibt; prüfe deine Verbindung.</translation>
    </message>
    <message>
        <source>{host} cannot be reached. What has arrived is kept; check your connection, or try again later.</source>
        <translation>{host} ist nicht zu erreichen. Was schon da ist, bleibt; prüfe deine Verbindung oder versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>{host} could not prove that it is {host} ({reason}). Nothing was fetched from it; check this computer&apos;s date, and who runs the network that you are in.</source>
        <translation>{host} konnte nicht beweisen, dass es {host} ist ({reason}). Nichts wurde von dort geholt; prüfe das Datum dieses Computers und wer das Netz betreibt, in dem du bist.</translation>
    </message>
    <message>
        <source>The certificates that this computer is set to trust servers by cannot be read ({reason}). Nothing was fetched; check what SSL_CERT_FILE and SSL_CERT_DIR name.</source>
        <translation>Die Zertifikate, nach denen dieser Computer Servern vertrauen soll, sind nicht zu lesen ({reason}). Nichts wurde geholt; prüfe, was SSL_CERT_FILE und SSL_CERT_DIR nennen.</translation>
    </message>
    <message>
        <source>{host} does not answer. What has arrived is kept; check your connection, or try again later.</source>
        <translation>{host} antwortet nicht. Was schon da ist, bleibt; prüfe deine Verbindung oder versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>The connection to {host} was lost. What has arrived is kept; check your connection.</source>
        <translation>Die Verbindung zu {host} ist abgebrochen. Was schon da ist, bleibt; prüfe deine Verbindung.</translation>
    </message>
    <message>
        <source>{host} leads to a place that is not safe to follow. Nothing was fetched; try again later.</source>
        <translation>{host} verweist an eine Stelle, die nicht sicher ist. Nichts wurde geholt; versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>The proxy that this computer is set to use does not work ({reason}). Nothing was fetched; check it.</source>
        <translation>Der Proxy, den dieser Computer benutzen soll, funktioniert nicht ({reason}). Nichts wurde geholt; prüfe ihn.</translation>
    </message>
    <message>
        <source>{host} does not accept your access token, which may have been withdrawn or have run out. What has arrived is kept; give Rivulet a new one, or remove it, and try again.</source>
        <translation>{host} nimmt deinen Zugangsschlüssel nicht an; vielleicht wurde er zurückgezogen oder ist abgelaufen. Was schon da ist, bleibt; gib Rivulet einen neuen oder entferne ihn und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>{what} is only for people whom its owner has let in. What has arrived is kept; ask for access on its page at Hugging Face, give Rivulet your access token, and try again.</source>
        <translation>{what} bekommt nur, wen der Besitzer zugelassen hat. Was schon da ist, bleibt; bitte auf der Seite bei Hugging Face um Zugang, gib Rivulet dein Zugangstoken und versuche es noch einmal.</translation>
    </message>
    <message>
        <source>{what} is not there, or not any more. What has arrived is kept; look for another model.</source>
        <translation>{what} gibt es dort nicht oder nicht mehr. Was schon da ist, bleibt; suche ein anderes Modell.</translation>
    </message>
    <message numerus="yes">
        <source>{host} is asked too much now. What has arrived is kept; try again in {count} seconds.</source>
        <comment>{host} is asked too much now. What has arrived is kept; try again in {count} second.</comment>
        <translation>
            <numerusform>{host} wird gerade zu viel gefragt. Was schon da ist, bleibt; versuche es in {count} Sekunde noch einmal.</numerusform>
            <numerusform>{host} wird gerade zu viel gefragt. Was schon da ist, bleibt; versuche es in {count} Sekunden noch einmal.</numerusform>
        </translation>
    </message>
    <message>
        <source>{host} has a fault now ({status}). What has arrived is kept; try again later.</source>
        <translation>{host} hat gerade eine Störung ({status}). Was schon da ist, bleibt; versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>{host} answers what Rivulet does not understand ({status}). What has arrived is kept; try again later.</source>
        <translation>{host} antwortet etwas, das Rivulet nicht versteht ({status}). Was schon da ist, bleibt; versuche es später noch einmal.</translation>
    </message>
    <message>
        <source>The keyring did not answer, so it may still hold the token. Rivulet does not use it any more; unlock the keyring and try again, or remove the entry Rivulet there.</source>
        <translation>Der Schlüsselbund hat nicht geantwortet und enthält das Token vielleicht noch. Rivulet benutzt es nicht mehr; entsperre den Schlüsselbund und versuch es noch einmal, oder entferne dort den Eintrag Rivulet.</translation>
    </message>
    <message>
        <source>On the way</source>
        <translation>Unterwegs</translation>
    </message>
    <message>
        <source>What has arrived of it is removed.</source>
        <translation>Was davon angekommen ist, wird entfernt.</translation>
    </message>
    <message>
        <source>Download of {name}</source>
        <translation>{name} wird geholt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>{what}: {name}</source>
        <translation>{what}: {name}</translation>
    </message>
    <message>
        <source>Cancel: {name}</source>
        <translation>Abbrechen: {name}</translation>
    </message>
    <message>
        <source>These models are on this computer already. Choose one to begin.</source>
        <translation>Diese Modelle sind schon auf diesem Computer. Wähle eins, um zu beginnen.</translation>
    </message>
    <message>
        <source>Rivulet talks to a language model on this computer. This one suits it; what you write never leaves it.</source>
        <translation>Rivulet spricht mit einem Sprachmodell auf diesem Computer. Dieses passt zu ihm; was du schreibst, verlässt ihn nie.</translation>
    </message>
    <message>
        <source>You can write already. Your message waits until the model is here.</source>
        <translation>Du kannst schon schreiben. Deine Nachricht wartet, bis das Modell da ist.</translation>
    </message>
    <message>
        <source>You can write already. Your message waits until a model is here.</source>
        <translation>Du kannst schon schreiben. Deine Nachricht wartet, bis ein Modell da ist.</translation>
    </message>
    <message>
        <source>A tiny model that comes with Rivulet: it tells how things are done, and remembers what you tell it. For all else, get a real one.</source>
        <translation>Ein winziges Modell, das zu Rivulet gehört und Englisch spricht: Es sagt, wie etwas geht, und merkt sich, was du erzählst. Für mehr hol dir ein richtiges.</translation>
    </message>
    <message>
        <source>These models are on this computer already.</source>
        <translation>Diese Modelle sind schon auf diesem Computer.</translation>
    </message>
    <message>
        <source>This real one suits this computer. What you write never leaves it.</source>
        <translation>Dieses richtige passt zu diesem Computer. Was du schreibst, verlässt ihn nie.</translation>
    </message>
    <message>
        <source>The guide answers until this one is here, which then goes on with your chats.</source>
        <translation>Der Guide antwortet, bis dieses hier ist, das dann deine Chats weiterführt.</translation>
    </message>
    <message>
        <source>Rivulet talks to a language model on this computer. Choose one to begin.</source>
        <translation>Rivulet spricht mit einem Sprachmodell auf diesem Computer. Wähle eins, um zu beginnen.</translation>
    </message>
    <message>
        <source>I have a file</source>
        <translation>Ich habe eine Datei</translation>
    </message>
    <message>
        <source>Open a model file in GGUF format (Ctrl+O), or drop one on this window</source>
        <translation>Öffne eine Modelldatei im GGUF-Format (Strg+O) oder zieh eine auf dieses Fenster</translation>
    </message>
    <message>
        <source>Other models</source>
        <translation>Andere Modelle</translation>
    </message>
    <message>
        <source>{fit} · {size}</source>
        <translation>{fit} · {size}</translation>
    </message>
    <message>
        <source>Get · {size}</source>
        <translation>Holen · {size}</translation>
    </message>
    <message>
        <source>Get {name}, {size}</source>
        <translation>{name} holen, {size}</translation>
    </message>
    <message>
        <source>On Hugging Face</source>
        <translation>Auf Hugging Face</translation>
    </message>
    <message>
        <source>Write above what you look for, then press Enter. Nothing is asked of the network before that.</source>
        <translation>Schreib oben, was du suchst, und drück Enter. Vorher wird im Netz nichts gefragt.</translation>
    </message>
    <message>
        <source>Press Enter to look there too.</source>
        <translation>Drück Enter, um auch dort zu suchen.</translation>
    </message>
    <message>
        <source>Look for “{text}”</source>
        <translation>„{text}“ suchen</translation>
    </message>
    <message>
        <source>Looking for “{text}”…</source>
        <translation>„{text}“ wird gesucht …</translation>
    </message>
    <message numerus="yes">
        <source>{count} places have “{text}”.</source>
        <comment>{count} place has “{text}”.</comment>
        <translation>
            <numerusform>{count} Fundstelle für „{text}“.</numerusform>
            <numerusform>{count} Fundstellen für „{text}“.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing found for “{text}”.</source>
        <translation>Nichts gefunden für „{text}“.</translation>
    </message>
    <message>
        <source>Its own</source>
        <translation>Seine eigene</translation>
    </message>
    <message>
        <source>None; the usual one is used</source>
        <translation>Keine; die übliche wird benutzt</translation>
    </message>
    <message>
        <source>{what}: {value}</source>
        <translation>{what}: {value}</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Bauart</translation>
    </message>
    <message>
        <source>Quantisation</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Nicht bekannt</translation>
    </message>
    <message>
        <source>Reads at once</source>
        <translation>Liest auf einmal</translation>
    </message>
    <message>
        <source>Remembers</source>
        <translation>Behält</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Not said</source>
        <translation>Nicht genannt</translation>
    </message>
    <message>
        <source>Maker</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Gemacht aus</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message numerus="yes">
        <source>{count} parts</source>
        <comment>{count} part</comment>
        <translation>
            <numerusform>{count} Teil</numerusform>
            <numerusform>{count} Teile</numerusform>
        </translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Not computed yet</source>
        <translation>Noch nicht berechnet</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>May be slow</source>
        <translation>Vielleicht langsam</translation>
    </message>
    <message>
        <source>Won’t fit</source>
        <translation>Passt nicht</translation>
    </message>
    <message>
        <source>Of all it has read</source>
        <translation>Alles, was es gelesen hat</translation>
    </message>
    <message>
        <source>Of all it has read, some of it of the last part only</source>
        <translation>Alles, was es gelesen hat, manches davon nur vom letzten Teil</translation>
    </message>
    <message>
        <source>A summary of what it has read</source>
        <translation>Eine Zusammenfassung dessen, was es gelesen hat</translation>
    </message>
    <message>
        <source>A summary of what it has read, and some of it word by word</source>
        <translation>Eine Zusammenfassung dessen, was es gelesen hat, und manches Wort für Wort</translation>
    </message>
    <message>
        <source>{amount}B</source>
        <translation>{amount} Mrd.</translation>
    </message>
    <message>
        <source>{amount}M</source>
        <translation>{amount} Mio.</translation>
    </message>
    <message>
        <source>{gpu} of the graphics card and {size} of memory are free.</source>
        <translation>{gpu} der Grafikkarte und {size} Arbeitsspeicher sind frei.</translation>
    </message>
    <message>
        <source>{size} are free.</source>
        <translation>{size} sind frei.</translation>
    </message>
    <message>
        <source>About {percent} % of it would lie on the graphics card.</source>
        <translation>Etwa {percent} % davon lägen auf der Grafikkarte.</translation>
    </message>
    <message>
        <source>Needs about {size}.</source>
        <translation>Braucht etwa {size}.</translation>
    </message>
    <message>
        <source>{time} at {speed} Mbit/s</source>
        <translation>{time} bei {speed} Mbit/s</translation>
    </message>
    <message>
        <source>{done} of {size}</source>
        <translation>{done} von {size}</translation>
    </message>
    <message>
        <source>Waits until another one is here · {size}</source>
        <translation>Wartet, bis ein anderes da ist · {size}</translation>
    </message>
    <message numerus="yes">
        <source>{size}/s</source>
        <comment>speed</comment>
        <translation>
            <numerusform>{size}/s</numerusform>
            <numerusform>{size}/s</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>Paused at {done}</source>
        <translation>Angehalten bei {done}</translation>
    </message>
    <message>
        <source>Waits for the network, and goes on by itself · {done}</source>
        <translation>Wartet auf das Netz und geht von selbst weiter · {done}</translation>
    </message>
    <message>
        <source>Checking what has arrived</source>
        <translation>Was ankam, wird geprüft</translation>
    </message>
    <message>
        <source>It is here</source>
        <translation>Es ist da</translation>
    </message>
    <message>
        <source>Stopped at {done}</source>
        <translation>Stehen geblieben bei {done}</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Find a model; Enter looks on Hugging Face</source>
        <translation>Modell finden; Enter sucht auf Hugging Face</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Modell finden</translation>
    </message>
    <message>
        <source>Close the models</source>
        <translation>Modelle schließen</translation>
    </message>
    <message>
        <source>Rivulet was told not to use the network, in the settings or with --offline.</source>
        <translation>Rivulet soll das Netz nicht benutzen, so sagen es die Einstellungen oder --offline.</translation>
    </message>
    <message>
        <source>Recommended for this computer</source>
        <translation>Empfohlen für diesen Computer</translation>
    </message>
    <message>
        <source>{summary} {details}</source>
        <translation>{summary} {details}</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>Empfohlen</translation>
    </message>
    <message numerus="yes">
        <source>Show {count} more</source>
        <comment>Show {count} more</comment>
        <translation>
            <numerusform>{count} weiteres zeigen</numerusform>
            <numerusform>{count} weitere zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>Its owner lets only people in who have agreed to their terms on huggingface.co. Do so there, then put your token here.</source>
        <translation>Sein Besitzer lässt nur ein, wer auf huggingface.co seinen Bedingungen zugestimmt hat. Tu das dort und trag dann hier deinen Schlüssel ein.</translation>
    </message>
    <message>
        <source>Asking for its files…</source>
        <translation>Seine Dateien werden erfragt …</translation>
    </message>
    <message>
        <source>There is no model in it that Rivulet can use.</source>
        <translation>Darin ist kein Modell, das Rivulet benutzen kann.</translation>
    </message>
    <message>
        <source>Hide files</source>
        <translation>Dateien ausblenden</translation>
    </message>
    <message numerus="yes">
        <source>{count} downloads</source>
        <comment>{count} download</comment>
        <translation>
            <numerusform>{count}-mal geholt</numerusform>
            <numerusform>{count}-mal geholt</numerusform>
        </translation>
    </message>
    <message>
        <source>asks for an access token</source>
        <translation>verlangt einen Zugangsschlüssel</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugangsschlüssel</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>A token is kept.</source>
        <translation>Ein Schlüssel ist aufgehoben.</translation>
    </message>
    <message>
        <source>The token is in the keyring of this computer.</source>
        <translation>Der Schlüssel liegt im Schlüsselbund dieses Computers.</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used, so the token holds until Rivulet ends.</source>
        <translation>Der Schlüsselbund dieses Computers ist nicht nutzbar, deshalb gilt der Schlüssel, bis Rivulet endet.</translation>
    </message>
    <message>
        <source>The token is forgotten.</source>
        <translation>Der Schlüssel ist vergessen.</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Three quarters</source>
        <translation>Drei Viertel</translation>
    </message>
    <message>
        <source>Half</source>
        <translation>Die Hälfte</translation>
    </message>
    <message>
        <source>A quarter</source>
        <translation>Ein Viertel</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>Läuft auf</translation>
    </message>
    <message>
        <source>On the graphics card</source>
        <translation>Auf der Grafikkarte</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Kontextlänge</translation>
    </message>
    <message>
        <source>The model is loaded again. Saved chats stay as they are.</source>
        <translation>Das Modell wird neu geladen. Gespeicherte Chats bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Token</translation>
    </message>
    <message>
        <source>Takes about {size} with the model.</source>
        <translation>Braucht mit dem Modell etwa {size}.</translation>
    </message>
    <message>
        <source>Context length: {length}</source>
        <translation>Kontextlänge: {length}</translation>
    </message>
    <message>
        <source>Processor only</source>
        <translation>Nur Prozessor</translation>
    </message>
    <message>
        <source>{count} of {total} layers lie there now.</source>
        <translation>{count} von {total} Schichten liegen jetzt dort.</translation>
    </message>
    <message numerus="yes">
        <source>{count} layers</source>
        <comment>{count} layer</comment>
        <translation>
            <numerusform>{count} Schicht</numerusform>
            <numerusform>{count} Schichten</numerusform>
        </translation>
    </message>
    <message>
        <source>its address is not valid</source>
        <translation>seine Adresse ist ungültig</translation>
    </message>
    <message>
        <source>{name} is not where it was, so the guide is here. Your chats are kept; open its file, or choose another model.</source>
        <translation>{name} ist nicht mehr da, wo es war, darum ist der Guide hier. Deine Chats bleiben; öffne die Datei oder wähle ein anderes Modell.</translation>
    </message>
    <message>
        <source>Guide (built in)</source>
        <translation>Guide (eingebaut)</translation>
    </message>
    <message>
        <source>Rivulet did not end properly last time. Your chats are kept.</source>
        <translation>Rivulet wurde beim letzten Mal nicht ordentlich beendet. Deine Chats bleiben erhalten.</translation>
    </message>
    <message>
        <source>Something went wrong in Rivulet last time. Your chats are kept.</source>
        <translation>In Rivulet ist beim letzten Mal etwas schiefgegangen. Deine Chats bleiben erhalten.</translation>
    </message>
    <message>
        <source>Show report</source>
        <translation>Bericht zeigen</translation>
    </message>
    <message>
        <source>The report could not be deleted ({reason}). It lies in {folder}.</source>
        <translation>Der Bericht konnte nicht gelöscht werden ({reason}). Er liegt in {folder}.</translation>
    </message>
    <message numerus="yes">
        <source>{count} files are not where they should be, {path} among them. They may have been moved or deleted.</source>
        <comment>{path} is not there. It may have been moved or deleted.</comment>
        <translation>
            <numerusform>{path} ist nicht da. Vielleicht wurde die Datei verschoben oder gelöscht.</numerusform>
            <numerusform>{count} Dateien sind nicht, wo sie sein sollten, darunter {path}. Vielleicht wurden sie verschoben oder gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} files cannot be opened, “{name}” among them. Rivulet opens models (.gguf) and exported chats (.rivulet, .json).</source>
        <comment>“{name}” cannot be opened. Rivulet opens models (.gguf) and exported chats (.rivulet, .json).</comment>
        <translation>
            <numerusform>„{name}“ lässt sich nicht öffnen. Rivulet öffnet Modelle (.gguf) und exportierte Chats (.rivulet, .json).</numerusform>
            <numerusform>{count} Dateien lassen sich nicht öffnen, darunter „{name}“. Rivulet öffnet Modelle (.gguf) und exportierte Chats (.rivulet, .json).</numerusform>
        </translation>
    </message>
</context>
</TS>
