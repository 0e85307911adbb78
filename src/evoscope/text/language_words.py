"""Small words of some languages: they are in nearly every sentence of one, and in few of others."""

# ruff: noqa: RUF001  the dotless i is a letter of Turkish
from __future__ import annotations

NAMES = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German", "it": "Italian",
    "pt": "Portuguese", "nl": "Dutch", "tr": "Turkish", "sv": "Swedish", "pl": "Polish",
    "id": "Indonesian", "ro": "Romanian",
}  # fmt: skip

WORDS = {
    "en": """the of and a an to in is you that it he was for on are as with his they i at be this
        have from or had by not but what all were we when your can said there use each which she
        do how their if will up other about out many then them these so some her would make like
        him into time has look two more go see no way could people my than first been who its
        now find did get may i'm don't it's you're can't didn't isn't that's i've just really
        know think want need good love thanks thank please why because very me us our here too
        yes never always gonna wanna lol u ur im dont she's he's we're they're there's where's r
        cant what's let's going being does doesn't am any only should still back over where
        after again off every got something someone hey hello""",
    "es": """el la los las de que y en un una por con no se su para es al lo como más pero sus le
        ya o este sí porque esta cuando muy sin sobre también me hasta hay donde quien desde todo
        nos todos uno les ni contra otros ese eso ante ellos esto mí antes algunos qué unos yo otro
        otras tanto mi tú te eres soy estoy está están gracias hola bien pues aquí ahora siempre
        nunca nada tiene tengo quiero puedo hacer ser""",
    "fr": """le la les de des du et en un une que qui dans pour pas sur au avec ce il elle est sont
        je tu nous vous ils elles ne se son sa ses mais ou où donc cette ces mon ma mes ton ta tes
        leur plus tout tous très bien être avoir fait suis c'est j'ai n'est qu'il d'un d'une merci
        bonjour comme si même aussi quand pourquoi parce ça va rien jamais toujours ici aux par""",
    "de": """der die das und ist nicht ich du er sie es wir ihr ein eine einen einem einer zu den
        dem des mit auf für von im in an auch als wie aber oder wenn dass daß sich so noch nur
        nach bei aus um am haben hat habe war sind wird werden kann mein meine dein deine sein
        seine ihre kein keine was wer wo warum weil schon sehr mehr immer hier dann danke bitte
        ja nein mir mich dir dich uns euch über vor zum zur heute gut machen""",
    "it": """il lo la gli le di che e è un una per non in con si da del della dei delle al alla ai
        nel nella sono sei siamo ho hai ha hanno mi ti ci vi se ma come più anche questo questa
        quello quella io tu lui lei noi voi loro perché quando dove chi cosa molto bene grazie ciao
        sempre mai niente tutto tutti ancora già poi fare essere mio mia tuo tua suo sua""",
    "pt": """o a os as de que e em um uma por com não se sua seu para é ao do da dos das no na nos
        nas como mais mas foi ele ela eu tu você nós vocês eles elas me te lhe isso isto este esta
        esse essa muito já também só pelo pela até quando onde quem porque sem sobre estou está
        estão tem tenho ser ter obrigado obrigada olá bem sempre nunca nada tudo aqui agora meu
        minha""",
    "nl": """de het een en van ik je jij hij zij ze wij we jullie is zijn was niet dat die dit te
        in op met voor aan er om ook als maar of naar heb hebt heeft hebben had bij uit nog wel
        geen kan wat wie waar waarom omdat mijn jouw zo dan nu goed heel veel meer dank hallo graag
        altijd nooit iets niets alles hier daar over door worden wordt deze moet gaan""",
    "tr": """ve bir bu da de için çok ne o ben sen biz siz onlar ile mi mı mu mü var yok değil ama
        gibi daha kadar en her şey benim senin bana sana beni seni olan olarak sonra önce şimdi
        neden nasıl nerede kim hiç artık evet hayır teşekkürler teşekkür ederim merhaba lütfen güzel
        iyi bugün yarın dün olur oldu diye ki ya çünkü bunu şu hem ise göre bence""",
    "sv": """och det att i en jag hon som han på den med var sig för så till är men ett om hade de
        av icke mig du henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde
        något från ut när efter upp vi dem vara vad över än dig kan sina här ha mot alla under
        någon eller allt mycket sedan ju denna själv detta åt utan varit hur ingen mitt ni bli
        blev oss din dessa några tack hej""",
    "pl": """i w na z się nie to że do jest jak o ale po co tak za od był już ja ty on ona my wy
        oni mnie mi ci go jej ich dla tego tym czy przez tylko być są jestem masz mam ma może
        bardzo dobrze dziękuję cześć proszę kiedy gdzie dlaczego bo jeszcze też nic wszystko
        zawsze nigdy mój moja twój""",
    "id": """yang dan di ke dari untuk dengan ini itu adalah tidak saya aku kamu anda dia kami kita
        mereka akan ada bisa sudah juga pada dalam atau karena seperti lebih sangat apa siapa
        kapan mana kenapa mengapa bagaimana tapi tetapi hanya lagi sekali terima kasih tolong
        selamat belum bukan jangan harus mau nya""",
    "ro": """și în la cu de pe nu este sunt că un o pentru din care mai ce se am ai are eu tu el ea
        noi voi ei lor mă te ne vă dar sau dacă cum când unde cine foarte bine mulțumesc salut
        acest această acum aici niciodată tot toate fi fost va ar meu mea""",
}
