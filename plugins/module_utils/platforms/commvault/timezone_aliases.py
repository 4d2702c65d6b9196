# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further IANA zones of each Windows time zone: other cities with the same rules, and older spellings.

A paragraph begins with the zone that ``timezone_table.py`` gives, followed by a colon. Source: the table
``windowsZones`` of the Unicode CLDR.
"""

from __future__ import annotations

OTHER_ZONES = """
Etc/GMT+11: Pacific/Midway Pacific/Niue Pacific/Pago_Pago Pacific/Samoa US/Samoa
America/Adak: America/Atka US/Aleutian
Pacific/Honolulu: Etc/GMT+10 HST Pacific/Johnston Pacific/Rarotonga Pacific/Tahiti US/Hawaii
America/Anchorage: America/Juneau America/Metlakatla America/Nome America/Sitka America/Yakutat US/Alaska
Etc/GMT+9: Pacific/Gambier
America/Tijuana: America/Ensenada America/Santa_Isabel Mexico/BajaNorte
Etc/GMT+8: Pacific/Pitcairn
America/Los_Angeles: US/Pacific
America/Phoenix: America/Creston America/Dawson_Creek America/Fort_Nelson America/Hermosillo Etc/GMT+7 MST US/Arizona
America/Mazatlan: Mexico/BajaSur
America/Denver: America/Boise America/Cambridge_Bay America/Ciudad_Juarez America/Shiprock Navajo US/Mountain
America/Whitehorse: America/Dawson Canada/Yukon
America/Guatemala: America/Belize America/Costa_Rica America/El_Salvador America/Managua America/Tegucigalpa Etc/GMT+6
  Pacific/Galapagos
America/Chicago: America/Indiana/Knox America/Indiana/Tell_City America/Knox_IN America/Matamoros America/Menominee
  America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem America/Ojinaga
  America/Rankin_Inlet America/Resolute US/Central US/Indiana-Starke
Pacific/Easter: Chile/EasterIsland
America/Mexico_City:  America/Bahia_Banderas America/Chihuahua America/Merida America/Monterrey Mexico/General
America/Regina: America/Swift_Current Canada/Saskatchewan
America/Bogota: America/Atikokan America/Cayman America/Coral_Harbour America/Eirunepe America/Guayaquil
  America/Jamaica America/Lima America/Panama America/Porto_Acre America/Rio_Branco Brazil/Acre EST Etc/GMT+5 Jamaica
America/New_York: America/Detroit America/Indiana/Petersburg America/Indiana/Vincennes America/Indiana/Winamac
  America/Iqaluit America/Kentucky/Louisville America/Kentucky/Monticello America/Louisville America/Montreal
  America/Nassau America/Nipigon America/Pangnirtung America/Thunder_Bay America/Toronto Canada/Eastern US/Eastern
  US/Michigan
America/Havana: Cuba
America/Indiana/Indianapolis: America/Fort_Wayne America/Indiana/Marengo America/Indiana/Vevay America/Indianapolis
America/Halifax: America/Glace_Bay America/Goose_Bay America/Moncton America/Thule Atlantic/Bermuda Canada/Atlantic
America/Cuiaba: America/Campo_Grande
America/La_Paz: America/Anguilla America/Antigua America/Aruba America/Barbados America/Blanc-Sablon America/Boa_Vista
  America/Curacao America/Dominica America/Grenada America/Guadeloupe America/Guyana America/Kralendijk
  America/Lower_Princes America/Manaus America/Marigot America/Martinique America/Montserrat America/Port_of_Spain
  America/Porto_Velho America/Puerto_Rico America/Santo_Domingo America/St_Barthelemy America/St_Kitts
  America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola America/Virgin Brazil/West Etc/GMT+4
America/Santiago: Chile/Continental
America/St_Johns: Canada/Newfoundland
America/Sao_Paulo: Brazil/East
America/Cayenne: America/Belem America/Fortaleza America/Maceio America/Paramaribo America/Recife America/Santarem
  Antarctica/Palmer Antarctica/Rothera Atlantic/Stanley Etc/GMT+3
America/Argentina/Buenos_Aires: America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Argentina/Cordoba
  America/Argentina/Jujuy America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos
  America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman
  America/Argentina/Ushuaia America/Buenos_Aires America/Catamarca America/Cordoba America/Jujuy America/Mendoza
  America/Rosario
America/Punta_Arenas: America/Coyhaique
Etc/GMT+2: America/Noronha Atlantic/South_Georgia Brazil/DeNoronha
America/Nuuk: America/Godthab
Atlantic/Azores: America/Scoresbysund
Atlantic/Cape_Verde: Etc/GMT+1
UTC: Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/UTC Etc/Universal Etc/Zulu GMT+0 GMT-0 GMT0
  Greenwich UCT Universal Zulu
Europe/London: Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira Eire Europe/Belfast Europe/Dublin
  Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/Lisbon GB GB-Eire Portugal WET
Atlantic/Reykjavik: Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry Africa/Dakar
  Africa/Freetown Africa/Lome Africa/Monrovia Africa/Nouakchott Africa/Ouagadougou Africa/Timbuktu
  America/Danmarkshavn Atlantic/St_Helena Iceland
Africa/Casablanca: Africa/El_Aaiun
Europe/Berlin: Arctic/Longyearbyen Atlantic/Jan_Mayen Europe/Amsterdam Europe/Andorra Europe/Busingen Europe/Gibraltar
  Europe/Luxembourg Europe/Malta Europe/Monaco Europe/Oslo Europe/Rome Europe/San_Marino Europe/Stockholm Europe/Vaduz
  Europe/Vatican Europe/Vienna Europe/Zurich
Europe/Budapest: Europe/Belgrade Europe/Bratislava Europe/Ljubljana Europe/Podgorica Europe/Prague Europe/Tirane
Europe/Paris: Africa/Ceuta CET Europe/Brussels Europe/Copenhagen Europe/Madrid MET
Europe/Warsaw: Europe/Sarajevo Europe/Skopje Europe/Zagreb Poland
Africa/Lagos: Africa/Algiers Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Libreville
  Africa/Luanda Africa/Malabo Africa/Ndjamena Africa/Niamey Africa/Porto-Novo Africa/Tunis Etc/GMT-1
Europe/Bucharest: Asia/Famagusta Asia/Nicosia EET Europe/Athens Europe/Nicosia
Africa/Cairo: Egypt
Europe/Chisinau: Europe/Tiraspol
Asia/Hebron: Asia/Gaza
Africa/Johannesburg: Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali Africa/Lubumbashi
  Africa/Lusaka Africa/Maputo Africa/Maseru Africa/Mbabane Etc/GMT-2
Europe/Kyiv: Europe/Helsinki Europe/Kiev Europe/Mariehamn Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius
Asia/Jerusalem: Asia/Tel_Aviv Israel
Africa/Tripoli: Libya
Europe/Istanbul: Asia/Istanbul Turkey
Asia/Riyadh: Asia/Aden Asia/Bahrain Asia/Kuwait Asia/Qatar
Europe/Moscow: Europe/Kirov Europe/Simferopol W-SU
Africa/Nairobi: Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala
  Africa/Mogadishu Antarctica/Syowa Etc/GMT-3 Indian/Antananarivo Indian/Comoro Indian/Mayotte
Asia/Tehran: Iran
Asia/Dubai: Asia/Muscat Etc/GMT-4
Europe/Astrakhan: Europe/Ulyanovsk
Indian/Mauritius: Indian/Mahe Indian/Reunion
Asia/Tashkent: Antarctica/Mawson Asia/Almaty Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau
  Asia/Dushanbe Asia/Oral Asia/Qostanay Asia/Samarkand Etc/GMT-5 Indian/Kerguelen Indian/Maldives
Asia/Kolkata: Asia/Calcutta
Asia/Kathmandu: Asia/Katmandu
Asia/Bishkek: Antarctica/Vostok Asia/Kashgar Asia/Urumqi Etc/GMT-6 Indian/Chagos
Asia/Dhaka: Asia/Dacca Asia/Thimbu Asia/Thimphu
Asia/Yangon: Asia/Rangoon Indian/Cocos
Asia/Bangkok: Antarctica/Davis Asia/Ho_Chi_Minh Asia/Jakarta Asia/Phnom_Penh Asia/Pontianak Asia/Saigon Asia/Vientiane
  Etc/GMT-7 Indian/Christmas
Asia/Krasnoyarsk: Asia/Novokuznetsk
Asia/Shanghai: Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Hong_Kong Asia/Macao Asia/Macau Hongkong PRC
Asia/Singapore: Asia/Brunei Asia/Kuala_Lumpur Asia/Kuching Asia/Makassar Asia/Manila Asia/Ujung_Pandang Etc/GMT-8
  Singapore
Australia/Perth: Australia/West
Asia/Taipei: ROC
Asia/Ulaanbaatar: Asia/Choibalsan Asia/Ulan_Bator
Asia/Tokyo: Asia/Dili Asia/Jayapura Etc/GMT-9 Japan Pacific/Palau
Asia/Seoul: ROK
Asia/Yakutsk: Asia/Khandyga
Australia/Adelaide: Australia/Broken_Hill Australia/South Australia/Yancowinna
Australia/Darwin: Australia/North
Australia/Brisbane: Australia/Lindeman Australia/Queensland
Australia/Sydney: Australia/ACT Australia/Canberra Australia/Melbourne Australia/NSW Australia/Victoria
Pacific/Port_Moresby: Antarctica/DumontDUrville Etc/GMT-10 Pacific/Chuuk Pacific/Guam Pacific/Saipan Pacific/Truk
  Pacific/Yap
Australia/Hobart: Antarctica/Macquarie Australia/Currie Australia/Tasmania
Asia/Vladivostok: Asia/Ust-Nera
Australia/Lord_Howe: Australia/LHI
Pacific/Guadalcanal: Antarctica/Casey Etc/GMT-11 Pacific/Efate Pacific/Kosrae Pacific/Noumea Pacific/Pohnpei
  Pacific/Ponape
Asia/Kamchatka: Asia/Anadyr
Pacific/Auckland: Antarctica/McMurdo Antarctica/South_Pole NZ
Etc/GMT-12: Kwajalein Pacific/Funafuti Pacific/Kwajalein Pacific/Majuro Pacific/Nauru Pacific/Tarawa Pacific/Wake
  Pacific/Wallis
Pacific/Chatham: NZ-CHAT
Etc/GMT-13: Pacific/Enderbury Pacific/Fakaofo Pacific/Kanton
Pacific/Kiritimati: Etc/GMT-14
"""
