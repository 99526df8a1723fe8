"""PostgreSQL's messages in the languages that its servers speak (`lc_messages`), put into English.

    LOG:  Anweisung: SELECT 1                                        (de_DE)
    LOG:  durée : 0.042 ms  exécute <unnamed>: SELECT $1             (fr_FR)
    ОШИБКА:  повторяющееся значение ключа ...                        (ru_RU)

Only what tells statements, sessions and failures apart is known, from what servers of version 15 wrote and from
PostgreSQL's message catalogues. A letter that is no ASCII is known in Latin-1, too: databases of that encoding log so.
"""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """What one language calls things; what it calls as English does is left out. Words of a kind are split by `|`.

    A line's word has a colon and two blanks behind it, unless it is written with the colon that the language gives it.
    """

    log: str = ""
    error: str = ""
    fatal: str = ""
    panic: str = ""
    others: str = ""
    statement_line: str = ""
    other_lines: str = ""
    unknown: str = ""
    statement: str = ""
    duration: str = ""
    execute: str = ""
    begins: str = ""
    arrives: str = ""
    ends: str = ""


LANGUAGES = {
    "de": Language(
        error="FEHLER",
        panic="PANIK",
        others="WARNUNG|HINWEIS",
        statement_line="ANWEISUNG",
        other_lines="TIPP|ZUSAMMENHANG|ANFRAGE|ORT",
        unknown="unbekannt",
        statement="Anweisung",
        duration="Dauer",
        execute="Ausführen",
        begins="Verbindung autorisiert|Replikationsverbindung autorisiert",
        arrives="Verbindung empfangen",
        ends="Verbindungsende|unerwartetes EOF auf Client-Verbindung|Verbindung zum Client wurde verloren",
    ),
    "es": Language(
        statement_line="SENTENCIA",
        other_lines="DETALLE|CONTEXTO|CONSULTA|UBICACIÓN",
        unknown="desconocido",
        statement="sentencia",
        duration="duración",
        execute="ejecutar",
        begins="conexión autorizada|conexión de replicación autorizada",
        arrives="conexión recibida",
        ends="desconexión|se encontró fin de archivo inesperado en una conexión|se ha perdido la conexión al cliente",
    ),
    "fr": Language(
        error="ERREUR",
        others="ATTENTION",
        statement_line="INSTRUCTION :  ",
        other_lines="DÉTAIL|ASTUCE :  |CONTEXTE :  |REQUÊTE :  |EMPLACEMENT :  ",
        unknown="inconnu",
        statement="instruction",
        duration="durée",
        execute="exécute",
        begins="connexion autorisée|connexion de réplication autorisée",
        arrives="connexion reçue",
        ends="déconnexion|fin de fichier (EOF) inattendue de la connexion du client|connexion au client perdue",
    ),
    "it": Language(
        error="ERRORE",
        fatal="FATALE",
        panic="PANICO",
        others="ATTENZIONE|NOTIFICA",
        statement_line="ISTRUZIONE",
        other_lines="DETTAGLI|SUGGERIMENTO|CONTESTO|POSIZIONE",
        unknown="sconosciuto",
        statement="istruzione",
        duration="durata",
        execute="esecuzione di",
        begins="connessione autorizzata|connessione di replica autorizzata",
        arrives="connessione ricevuta",
        ends="disconnessione|fine-file inaspettato sulla connessione del client|connessione al client persa",
    ),
    "ja": Language(
        statement_line="文",
        other_lines="詳細|ヒント|文脈|問い合わせ|場所",
        unknown="不明",
        statement="文",
        duration="期間",
        execute="実行",
        begins="接続の認証完了|レプリケーション接続の認証完了",
        arrives="接続を受け付けました",
        ends="接続を切断|トランザクションを実行中のクライアント接続で想定外のEOF|クライアントへの接続が切れました",
    ),
    "ka": Language(
        log="ჟურნალი",
        error="შეცდომა",
        fatal="ფატალური",
        panic="პანიკა",
        others="გაფრთხილება",
        statement_line="ოპერატორი",
        other_lines="დეტალები|მინიშნება|კონტექსტი|მოთხოვნა|მდებარეობა",
        unknown="უცნობი",
        statement="ოპერატორი|გამოსახულება",
        duration="ხანგრძლივობა",
        execute="გაშვება",
        begins="შეერთება ავტორიზებულია|რეპლიკაციის შეერთება ავტორიზებულია",
        arrives="შემოსული დაკავშირება",
        ends="მოულოდნელი EOF ღია ტრანზაქციის მქონე კლიენტის|კლიენტთან შეერთების შეცდომა",
    ),
    "ko": Language(
        log="로그",
        error="오류",
        fatal="치명적오류",
        panic="손상",
        others="경고|알림",
        statement_line="명령 구문",
        other_lines="상세정보|힌트|내용|쿼리:|위치: ",
        unknown="알수없음",
        statement="명령 구문",
        duration="실행시간|수행시간",
        execute="쿼리실행",
        begins="연결 인증: user=|복제 연결 인증: user=",
        arrives="접속 수락",
        ends="연결종료|열린 트랜잭션과 함께 클라이언트 연결에서 예상치 않은 EOF|서버로부터 연결이 끊어졌습니다",
    ),
    "ru": Language(
        log="СООБЩЕНИЕ",
        error="ОШИБКА",
        fatal="ВАЖНО",
        panic="ПАНИКА",
        others="ПРЕДУПРЕЖДЕНИЕ|ЗАМЕЧАНИЕ",
        statement_line="ОПЕРАТОР",
        other_lines="ПОДРОБНОСТИ|ПОДСКАЗКА|КОНТЕКСТ|ЗАПРОС|ПОЛОЖЕНИЕ: ",
        unknown="н/д",
        statement="оператор",
        duration="продолжительность",
        execute="выполнение",
        begins="подключение авторизовано|подключение для репликации авторизовано",
        arrives="принято подключение",
        ends="отключение|неожиданный обрыв соединения с клиентом|подключение к клиенту потеряно",
    ),
    "sv": Language(
        log="LOGG",
        error="FEL",
        fatal="FATALT",
        panic="PANIK",
        others="VARNING|NOTIS",
        statement_line="SATS",
        other_lines="DETALJ|TIPS|KONTEXT|FRÅGA|PLATS",
        unknown="okänd",
        statement="sats",
        duration="varaktighet",
        execute="kör",
        begins="anslutning auktoriserad|replikeringsanslutning auktoriserad",
        arrives="ansluting mottagen",
        ends="nedkoppling|oväntat EOF från klientanslutning|anslutning till klient har brutits",
    ),
    "uk": Language(
        log="ЗАПИСУВАННЯ",
        error="ПОМИЛКА",
        fatal="ФАТАЛЬНО",
        panic="ПАНІКА",
        others="ПОПЕРЕДЖЕННЯ|ПОВІДОМЛЕННЯ",
        statement_line="ІНСТРУКЦІЯ",
        other_lines="ВІДОМОСТІ|УКАЗІВКА|КОНТЕКСТ|ЗАПИТ|РОЗТАШУВАННЯ: ",
        statement="оператор",
        duration="тривалість",
        execute="виконувати",
        begins="підключення авторизовано|підключення для реплікації авторизовано",
        arrives="з'єднання отримано",
        ends="відключення|неочікуваний обрив з'єднання з клієнтом|підключення до клієнта втрачено",
    ),
    "zh": Language(
        log="日志",
        error="错误",
        fatal="致命错误",
        panic="比致命错误还过分的错误",
        others="警告|注意",
        statement_line="语句",
        other_lines="详细信息|提示|上下文|查询|位置",
        unknown="未知",
        statement="语句",
        duration="执行时间",
        execute="执行",
        begins="复制连接已经授权",
        arrives="已接收到连接",
        ends="断开连接|在客户端连接上的已打开事务中出现意外 EOF|在客户端联接上的意外 EOF|丢失了到客户端的连接",
    ),
}
"""By the language of `lc_messages`."""
