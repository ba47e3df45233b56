"""What people write in English to a bank, a phone company, a marketplace: chats, forms, letters. "~" is a new line."""

from __future__ import annotations

IDENTIFIERS = """
Contract no. {gb_contract} was cancelled last month
my contract number is {gb_contract} and i was overcharged
Agreement {gb_contract} has not been signed yet
Under agreement no {gb_contract} I owe nothing
Contract: {gb_contract}~Plan: Unlimited
policy number {gb_contract} need to add a driver
Policy {gb_contract}, claim {gb_case}
Claim no. {gb_case} has been open for six weeks
claim number {gb_case} any news
Application {gb_case} for a loan was rejected
my application id is {gb_case}
Ticket #{gb_case} was closed without an answer
Support case {gb_case}, please reopen
Customer ID {client} cannot log in
client id: {client}
my user id is {client} and points are gone
Membership number {client}, I want a refund
Employee ID {client}, payroll missed me
username {nick} is locked
my telegram is {nick}
Logged in from {ip} and it was not me
someone at IP {ip} keeps trying my password
Blocked address: {ip_port}
IPv6 {ip6} cannot reach your site
router MAC address {mac}
IMEI {imei}, the phone was stolen
device id {uuid} is not mine
Serial number {serial}, still under warranty
SIM card ICCID {iccid} does not activate
I clicked https://bank.example.com/verify?{query} and money was gone
https://shop.example.com/users/{path_id} shows somebody else's orders
My location is {geo}
the driver waited at {geo}, wrong side of the river
VIN {vin} does not match my policy
number plate {gb_plate} was fined twice
License plate {gb_plate}, parked at 10:15
Driver's licence {gb_licence} was not accepted
driving licence number {gb_licence}
residence permit {gb_permit} expires in June
my passport {gb_passport} is at the embassy
SSN {ssn}
""".strip().splitlines()

CONTACTS = """
card {card} exp {expiry} cvv {cvv}
{card}, {expiry}, {cvv}
My card {card} (valid thru {expiry}) was declined
security code {cvv}, card {card}
charged twice on {hidden}
IBAN: {iban}~BIC: {swift}
refund to account number {gb_account}, sort code {sort_code}
call me back on {foreign} plz
whatsapp {foreign}
mail me at {email} when the parcel is shipped
Email: {email}~Phone: {foreign}
deliver to {english_address} instead
My new address is {english_address}
dob {birth}
born on {birth_words_en} in Leeds
Date of birth: {birth}~Name: {FL}
""".strip().splitlines()

PEOPLE = """
hi this is {F} from Leeds, router is dead
My name is {FL}, I ordered a kettle
Kind regards,~{FL}
Thanks~{F}
The parcel was handed to {FL} next door
Your engineer {F} never turned up
I spoke to {FL} on Tuesday about the refund
The account is in the name of {FL}
Dear {FL}, your order has been packed
my wife {F} called you yesterday
Recipient: {FL}~Address: {english_address}
mr {L} from your billing team hung up
Seller {FL} does not answer
""".strip().splitlines()

ENGLISH = [*IDENTIFIERS, *CONTACTS, *PEOPLE]
